import { Button, Group, Select, Text, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import type { FormEvent } from 'react'
import { useSearchParams } from 'react-router'
import { api, ask } from '../../api/client.ts'
import { CheckList } from '../../parts/check-list.tsx'
import { Loading } from '../../parts/loading.tsx'
import { Page } from '../../parts/page.tsx'
import { Status } from '../../parts/status.tsx'
import { Trouble } from '../../parts/trouble.tsx'

/** Why was my message not captured? The checklist of the troubleshooting guide, answered without sending anything. */
export default function Diagnosis() {
  const [query, setQuery] = useSearchParams()
  const asked = { channel: query.get('channel') ?? '', from: query.get('from') ?? '', to: query.get('to') ?? '' }
  const found = useQuery({
    queryKey: ['diagnosis', asked],
    queryFn: () => ask(api.GET('/skein/v1/Diagnosis', { params: { query: asked as never } })),
    enabled: asked.channel !== '' && asked.from !== '' && asked.to !== '',
  })
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const form = new FormData(event.currentTarget)
    setQuery(Object.fromEntries(['channel', 'from', 'to'].map((name) => [name, String(form.get(name) ?? '').trim()])))
  }
  return (
    <Page title="Diagnosis" lead="What would become of a message or a call, and why. Nothing is sent.">
      <form onSubmit={submit}>
        <Group align="flex-end">
          <Select
            label="Channel"
            name="channel"
            data={['SMS', 'WHATSAPP', 'RCS', 'VOICE', 'CHAT']}
            defaultValue={asked.channel || 'SMS'}
            allowDeselect={false}
            w={150}
          />
          <TextInput label="From" name="from" defaultValue={asked.from} placeholder="+15551234567" required />
          <TextInput label="To" name="to" defaultValue={asked.to} placeholder="+15550001111" required />
          <Button type="submit">Diagnose</Button>
        </Group>
      </form>
      {found.isLoading && <Loading />}
      {found.isError && <Trouble error={found.error} />}
      {found.data && (
        <>
          <Text component="div">
            It would be <Status of={found.data.outcome} />
          </Text>
          <CheckList checks={found.data.checks} />
        </>
      )}
    </Page>
  )
}
