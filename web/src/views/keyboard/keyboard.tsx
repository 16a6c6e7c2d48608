import { Kbd, Table } from '@mantine/core'
import { Page } from '../../parts/page.tsx'
import { Section } from '../../parts/section.tsx'
import { goTo, others } from '../../shell/shortcuts.ts'

export default function Keyboard() {
  const going = Object.entries(goTo).map(([key, { label }]) => ({ keys: ['g', key], what: label }))
  return (
    <Page title="Keyboard" lead="Everything can be reached by Tab and Enter; these are shorter ways.">
      <Keys title="Go to" rows={going} />
      <Keys title="Everywhere" rows={others} />
    </Page>
  )
}

function Keys({ title, rows }: { title: string; rows: { keys: string[]; what: string }[] }) {
  return (
    <Section title={title}>
      <Table aria-label={title}>
        <Table.Tbody>
          {rows.map(({ keys, what }) => (
            <Table.Tr key={what}>
              <Table.Td w={140}>
                {keys.map((key, at) => (
                  <span key={key}>
                    {at > 0 && ' then '}
                    <Kbd>{key}</Kbd>
                  </span>
                ))}
              </Table.Td>
              <Table.Td>{what}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Section>
  )
}
