import { Anchor, Breadcrumbs, Text } from '@mantine/core'
import { Link } from 'react-router'
import { placeAt } from './navigation.ts'

/** Where a view is, in the words of the vendor's console; the last leads back to the list that it belongs to. */
export function Trail({ pathname }: { pathname: string }) {
  const here = placeAt(pathname)
  if (!here || here.trail.length < 2) return null
  const { trail, place } = here
  return (
    <Breadcrumbs
      component="nav"
      aria-label="Where this is"
      separator="›"
      separatorMargin={6}
      px={{ base: 'sm', sm: 'lg' }}
      pt="sm"
      maw={1400}
      mx="auto"
      style={{ flexWrap: 'wrap' }}
    >
      {trail.map((name) => (
        <Text key={name} size="sm" c="dimmed">
          {name}
        </Text>
      ))}
      {pathname === place.path ? (
        <Text size="sm" aria-current="page">
          {place.label}
        </Text>
      ) : (
        <Anchor size="sm" component={Link} to={place.path} underline="always">
          {place.label}
        </Anchor>
      )}
    </Breadcrumbs>
  )
}
