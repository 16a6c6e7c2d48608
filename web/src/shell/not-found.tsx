import { Anchor } from '@mantine/core'
import { Link } from 'react-router'
import { Page } from '../parts/page.tsx'

export function NotFound() {
  return (
    <Page title="There is no such page" lead="The address names no view of the console.">
      <Anchor component={Link} to="/">
        Go home
      </Anchor>
    </Page>
  )
}
