import { Anchor, Button } from '@mantine/core'
import { Link } from 'react-router'
import { api, ask } from '../../api/client.ts'
import { given, usePages } from '../../api/pages.ts'
import { Listing } from '../../parts/listing.tsx'
import { Page } from '../../parts/page.tsx'
import { Time } from '../../parts/time.tsx'
import { nameOf, triggerInWords, useOperators } from './operators.ts'

export default function IntelligenceConfigurations() {
  const operators = useOperators()
  const source = usePages(
    ['intelligence'],
    (pageToken) => ask(api.GET('/v3/ControlPlane/Configurations', { params: { query: given({ pageToken }) } })),
    ({ items }) => items,
  )
  return (
    <Page
      title="Intelligence configurations"
      lead="Rules that let operators read conversations. A conversation configuration names those that read its own."
      actions={
        <Button component={Link} to="/intelligence/new">
          Create an intelligence configuration
        </Button>
      }
    >
      <Listing
        label="Intelligence configurations"
        source={source}
        columns={['Name', 'Rules', 'Version', 'Changed']}
        rowKey={({ id }) => id}
        row={({ id, displayName, rules, version, dateUpdated }) => [
          <Anchor key="name" component={Link} to={`/intelligence/${id}`} underline="always">
            {displayName}
          </Anchor>,
          rules
            .map(
              (rule) =>
                `${rule.operators.map((one) => nameOf(operators.data, one.id)).join(', ')} ${triggerInWords(rule.triggers[0])}`,
            )
            .join('; '),
          version,
          <Time key="at" at={dateUpdated} />,
        ]}
        empty={{
          title: 'Nobody reads yet',
          todo: 'Create an intelligence configuration. The built-in operators work without a model.',
        }}
      />
    </Page>
  )
}
