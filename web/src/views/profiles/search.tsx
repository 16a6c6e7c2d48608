import { Anchor, Button, Group, Select, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import type { FormEvent } from 'react'
import { Link, useSearchParams } from 'react-router'
import { api, ask } from '../../api/client.ts'
import { useStores } from '../../parts/choose-store.tsx'
import { Listing } from '../../parts/listing.tsx'
import { Page } from '../../parts/page.tsx'

/** Customers of a memory store: all of them, or those who have an identifier. */
export default function Profiles() {
  const [query, setQuery] = useSearchParams()
  const stores = useStores()
  const storeId = query.get('store') ?? stores.data?.[0]?.id ?? ''
  const [idType, value] = [query.get('idType') ?? 'phone', query.get('value') ?? '']
  const found = useQuery({
    queryKey: ['profiles', storeId, idType, value],
    queryFn: () => find(storeId, idType, value),
    enabled: storeId !== '',
  })
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const form = new FormData(event.currentTarget)
    setQuery(
      Object.fromEntries(['store', 'idType', 'value'].map((name) => [name, String(form.get(name) ?? '').trim()])),
    )
  }
  return (
    <Page title="Profiles" lead="The customers whom the memory store knows.">
      <form onSubmit={submit} key={storeId}>
        <Group align="flex-end">
          <Select
            label="Memory store"
            name="store"
            data={(stores.data ?? []).map(({ id, displayName }) => ({ value: id, label: displayName }))}
            defaultValue={storeId}
            allowDeselect={false}
            w={320}
          />
          <Select
            label="Identifier"
            name="idType"
            data={['phone', 'email', 'whatsapp', 'chat']}
            defaultValue={idType}
            allowDeselect={false}
            w={130}
          />
          <TextInput
            label="Value"
            name="value"
            defaultValue={value}
            placeholder="+15551234567, or empty for all"
            w={260}
          />
          <Button type="submit">Search</Button>
        </Group>
      </form>
      <Listing
        label="Profiles"
        source={{ ...found, isPending: found.isLoading || stores.isPending, items: found.data ?? [] }}
        columns={['Profile']}
        rowKey={(id) => id}
        row={(id) => [
          <Anchor
            key="id"
            component={Link}
            to={`/profiles/${storeId}/${id}`}
            underline="always"
            className="wrap-anywhere"
          >
            {id}
          </Anchor>,
        ]}
        empty={{
          title: 'Nobody here',
          todo: 'No profile is like that. Profiles are made through the Memory API, or for customers of configurations that make them.',
        }}
      />
    </Page>
  )
}

async function find(storeId: string, idType: string, value: string): Promise<string[]> {
  const params = { path: { storeId } }
  if (value === '') return (await ask(api.GET('/v1/Stores/{storeId}/Profiles', { params }))).profiles
  return (await ask(api.POST('/v1/Stores/{storeId}/Profiles/Lookup', { params, body: { idType, value } }))).profiles
}
