import { Anchor } from '@mantine/core'
import { Empty } from '../../parts/empty.tsx'
import { Page } from '../../parts/page.tsx'

export default function Home() {
  return (
    <Page title="Home" lead="What happens on this server now.">
      <Empty title="The console grows">
        <Anchor href="/console/errors">Error codes</Anchor>
      </Empty>
    </Page>
  )
}
