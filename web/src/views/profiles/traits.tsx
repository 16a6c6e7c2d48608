import { Table, Text, Title } from '@mantine/core'
import { Section } from '../../parts/section.tsx'

/** What is known of the customer, group by group. */
export function Traits({ traits }: { traits: Record<string, Record<string, unknown>> }) {
  const groups = Object.entries(traits)
  return (
    <Section title="Traits">
      {groups.length === 0 && (
        <Text size="sm" c="dimmed">
          Nothing is known yet. Traits come by the Memory API, by imports and by extraction.
        </Text>
      )}
      {groups.map(([group, values]) => (
        <div key={group}>
          <Title order={3} size="h6">
            {group}
          </Title>
          <Table aria-label={`Traits of ${group}`} layout="fixed">
            <Table.Tbody>
              {Object.entries(values).map(([name, value]) => (
                <Table.Tr key={name}>
                  <Table.Th scope="row" fw={400} c="dimmed">
                    {name}
                  </Table.Th>
                  <Table.Td className="wrap-anywhere">
                    {typeof value === 'string' ? value : JSON.stringify(value)}
                  </Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </div>
      ))}
    </Section>
  )
}
