import { Anchor, List, Text } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate, useParams } from 'react-router'
import { api, ask } from '../../api/client.ts'
import { Act } from '../../parts/act.tsx'
import { Loading } from '../../parts/loading.tsx'
import { Page } from '../../parts/page.tsx'
import { Section } from '../../parts/section.tsx'
import { TroublePage } from '../../parts/trouble.tsx'
import { nameOf, triggerInWords, useOperators } from './operators.ts'
import { Results } from './results.tsx'

export default function IntelligenceConfiguration() {
  const { id = '' } = useParams()
  const params = { params: { path: { id } } }
  const client = useQueryClient()
  const navigate = useNavigate()
  const operators = useOperators()
  const found = useQuery({
    queryKey: ['intelligence', id],
    queryFn: () => ask(api.GET('/v3/ControlPlane/Configurations/{id}', params)),
  })
  if (found.isPending) return <Loading />
  if (found.isError)
    return <TroublePage title="Intelligence configuration" error={found.error} onRetry={() => void found.refetch()} />
  const { displayName, description, rules, version } = found.data
  const remove = async () => {
    await ask(api.DELETE('/v3/ControlPlane/Configurations/{id}', params))
    navigate('/intelligence')
    await client.invalidateQueries({ queryKey: ['intelligence'] })
  }
  return (
    <Page
      title={displayName}
      lead={`${description ? `${description} · ` : ''}Version ${version} · ${id}`}
      actions={
        <Act color="red" run={remove} confirm="Its rules read nothing more. Results that there are stay.">
          Delete
        </Act>
      }
    >
      <Section title="Rules">
        {rules.length === 0 && <Text size="sm">It has no rules, so nobody reads.</Text>}
        <List spacing="sm" type="ordered">
          {rules.map((rule) => (
            <List.Item key={rule.id}>
              {rule.operators.map((operator, at) => (
                <span key={operator.id}>
                  {at > 0 && ', '}
                  <Anchor component={Link} to={`/operators/${operator.id}`} underline="always">
                    {nameOf(operators.data, operator.id)}
                  </Anchor>
                </span>
              ))}{' '}
              {triggerInWords(rule.triggers[0])}
              {rule.actions.map(({ url }) => (
                <Text size="sm" c="dimmed" key={url} className="wrap-anywhere">
                  and tells {url}
                </Text>
              ))}
            </List.Item>
          ))}
        </List>
      </Section>
      <Section title="What was found">
        <Results intelligenceConfigurationId={id} />
      </Section>
    </Page>
  )
}
