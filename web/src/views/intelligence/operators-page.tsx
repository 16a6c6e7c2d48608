import { Anchor, Select, Stack, Textarea, TextInput } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { Link, useNavigate } from 'react-router'
import { api, ask } from '../../api/client.ts'
import { Act } from '../../parts/act.tsx'
import { Listing } from '../../parts/listing.tsx'
import { Page } from '../../parts/page.tsx'
import { useOperators } from './operators.ts'

const formats = ['TEXT', 'JSON', 'CLASSIFICATION'] as const
const nothing = { displayName: '', prompt: '', outputFormat: 'TEXT' as (typeof formats)[number] }

export default function Operators() {
  const found = useOperators()
  const client = useQueryClient()
  const navigate = useNavigate()
  const [draft, setDraft] = useState(nothing)
  const create = async () => {
    const { id } = await ask(api.POST('/v3/ControlPlane/Operators', { body: draft }))
    setDraft(nothing)
    await client.invalidateQueries({ queryKey: ['operators'] })
    navigate(`/operators/${id}`)
  }
  const fields = (
    <Stack gap="xs">
      <TextInput
        label="Name"
        value={draft.displayName}
        onChange={(event) => setDraft({ ...draft, displayName: event.currentTarget.value })}
        data-autofocus
        required
      />
      <Textarea
        label="Prompt"
        description="What a model is asked about a conversation. It needs a model to be set up on this server."
        value={draft.prompt}
        onChange={(event) => setDraft({ ...draft, prompt: event.currentTarget.value })}
        autosize
        minRows={4}
        required
      />
      <Select
        label="Output format"
        data={[...formats]}
        value={draft.outputFormat}
        onChange={(format) => format && setDraft({ ...draft, outputFormat: format })}
        allowDeselect={false}
      />
    </Stack>
  )
  return (
    <Page
      title="Operators"
      lead="What can read a conversation. The built-in ones work without a model; your own are prompts for one."
      actions={
        <Act variant="filled" run={create} confirm={fields}>
          Create an operator
        </Act>
      }
    >
      <Listing
        label="Operators"
        source={{ ...found, items: found.data ?? [] }}
        columns={['Name', 'By', 'Output', 'Version', 'What it does']}
        rowKey={({ id }) => id}
        row={({ id, displayName, author, outputFormat, version, description }) => [
          <Anchor key="name" component={Link} to={`/operators/${id}`} underline="always">
            {displayName}
          </Anchor>,
          author === 'SELF' ? 'this account' : 'built in',
          outputFormat.toLowerCase(),
          version,
          description ?? '',
        ]}
        empty={{ title: 'No operators', todo: 'Create one with a prompt of your own.' }}
      />
    </Page>
  )
}
