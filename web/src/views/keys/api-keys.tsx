import { TextInput } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { api, ask } from '../../api/client.ts'
import { given } from '../../api/pages.ts'
import { useSession } from '../../api/session.tsx'
import { Act } from '../../parts/act.tsx'
import { Listing } from '../../parts/listing.tsx'
import { SecretOnce } from '../../parts/secret-once.tsx'
import { Section } from '../../parts/section.tsx'
import { Time } from '../../parts/time.tsx'

export function ApiKeys() {
  const client = useQueryClient()
  const session = useSession()
  const [name, setName] = useState('')
  const [made, setMade] = useState<{ sid: string; secret: string }>()
  const found = useQuery({ queryKey: ['keys'], queryFn: () => ask(api.GET('/skein/v1/Keys')) })
  const renew = () => client.invalidateQueries({ queryKey: ['keys'] })
  const create = async () => {
    setMade(await ask(api.POST('/skein/v1/Keys', { body: given({ name: name.trim() }) })))
    setName('')
    await renew()
  }
  const revoke = async (sid: string) => {
    await ask(api.DELETE('/skein/v1/Keys/{sid}', { params: { path: { sid } } }))
    await renew()
  }
  return (
    <Section
      title="API keys"
      lead="Applications sign in with a key and its secret, and lose no other when one is revoked."
      actions={
        <Act
          run={create}
          confirm={
            <TextInput
              label="Name of the key"
              placeholder="what will use it"
              maxLength={64}
              value={name}
              onChange={(event) => setName(event.currentTarget.value)}
              data-autofocus
            />
          }
        >
          Create an API key
        </Act>
      }
    >
      {made && (
        <SecretOnce
          what={`The secret of ${made.sid}`}
          secret={`export TWILIO_API_KEY=${made.sid}\nexport TWILIO_API_SECRET=${made.secret}`}
          onDone={() => setMade(undefined)}
        />
      )}
      <Listing
        label="API keys"
        source={{ ...found, items: found.data?.keys ?? [] }}
        columns={['Name', 'SID', 'Created', 'Revoke']}
        rowKey={({ sid }) => sid}
        row={({ sid, name: called, createdAt }) => [
          called,
          <span key="sid" className="wrap-anywhere">
            {sid}
          </span>,
          <Time key="at" at={createdAt} />,
          <Act
            key="revoke"
            size="compact-sm"
            color="red"
            aria-label={`Revoke ${called}`}
            run={() => revoke(sid)}
            confirm={
              session.data?.keySid === sid
                ? 'You are signed in by this key, and will be signed out.'
                : `Whatever uses “${called}” is refused from now on.`
            }
          >
            Revoke
          </Act>,
        ]}
        empty={{
          title: 'No API keys',
          todo: 'Create one for each application, so that each can be revoked by itself.',
        }}
      />
    </Section>
  )
}
