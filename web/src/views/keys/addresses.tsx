import { Select, Stack, TextInput } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { api, ask } from '../../api/client.ts'
import { given, usePages } from '../../api/pages.ts'
import { Act } from '../../parts/act.tsx'
import { Listing } from '../../parts/listing.tsx'
import { Section } from '../../parts/section.tsx'
import { Time } from '../../parts/time.tsx'

const nothing = { address: '', name: '', channel: null as string | null }

/** Who is the business: what is owned is never taken for a customer. */
export function Addresses() {
  const client = useQueryClient()
  const [draft, setDraft] = useState(nothing)
  const source = usePages(
    ['addresses'],
    (pageToken) => ask(api.GET('/skein/v1/OwnedAddresses', { params: { query: given({ pageToken }) } })),
    ({ ownedAddresses }) => ownedAddresses,
  )
  const renew = () => client.invalidateQueries({ queryKey: ['addresses'] })
  const register = async () => {
    const { address, ...others } = draft
    await ask(api.POST('/skein/v1/OwnedAddresses', { body: { address, ...given(others) } as never }))
    setDraft(nothing)
    await renew()
  }
  const forget = async (id: string) => {
    await ask(api.DELETE('/skein/v1/OwnedAddresses/{id}', { params: { path: { id } } }))
    await renew()
  }
  const fields = (
    <Stack gap="xs">
      <TextInput
        label="Address"
        placeholder="+15550001111, client:desk, sip:…"
        value={draft.address}
        onChange={(event) => setDraft({ ...draft, address: event.currentTarget.value.trim() })}
        data-autofocus
        required
      />
      <TextInput
        label="Name"
        placeholder="for people"
        value={draft.name}
        onChange={(event) => setDraft({ ...draft, name: event.currentTarget.value })}
      />
      <Select
        label="Channel"
        description="By whose rules an identity is read; a phone number is owned on every channel."
        placeholder="as its prefix tells"
        data={['SMS', 'RCS', 'WHATSAPP', 'VOICE', 'CHAT', 'VIDEO']}
        value={draft.channel}
        onChange={(channel) => setDraft({ ...draft, channel })}
        clearable
        clearButtonProps={{ 'aria-label': 'No channel' }}
      />
    </Stack>
  )
  return (
    <Section
      title="Owned addresses"
      lead="Whoever is at the other end of one of these is the customer. Numbers above are owned by themselves."
      actions={
        <Act run={register} confirm={fields}>
          Register an address
        </Act>
      }
    >
      <Listing
        label="Owned addresses"
        source={source}
        columns={['Address', 'Name', 'Since', 'Forget']}
        rowKey={({ id }) => id}
        row={({ id, address, name, createdAt }) => [
          <span key="address" className="wrap-anywhere">
            {address}
          </span>,
          name ?? '',
          <Time key="at" at={createdAt} />,
          <Act
            key="forget"
            size="compact-sm"
            color="red"
            aria-label={`Forget ${address}`}
            run={() => forget(id)}
            confirm={`${address} is no longer the business’s side of new traffic. Conversations stay as they are.`}
          >
            Forget
          </Act>,
        ]}
        empty={{
          title: 'No owned addresses',
          todo: 'Without one, Skein goes by the direction that the carrier reports, then by the rule that matched.',
        }}
      />
    </Section>
  )
}
