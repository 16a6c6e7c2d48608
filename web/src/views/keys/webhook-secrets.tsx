import { Code } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { api, ask } from '../../api/client.ts'
import { Act } from '../../parts/act.tsx'
import { Listing } from '../../parts/listing.tsx'
import { SecretOnce } from '../../parts/secret-once.tsx'
import { Section } from '../../parts/section.tsx'
import { Status } from '../../parts/status.tsx'
import { Time } from '../../parts/time.tsx'

/** Rotated without a moment in which a receiver is wrong: two hold at a time. */
export function WebhookSecrets() {
  const client = useQueryClient()
  const [secret, setSecret] = useState<string>()
  const found = useQuery({ queryKey: ['webhookSecrets'], queryFn: () => ask(api.GET('/skein/v1/WebhookSecrets')) })
  const renew = () => client.invalidateQueries({ queryKey: ['webhookSecrets'] })
  const create = async () => {
    setSecret((await ask(api.POST('/skein/v1/WebhookSecrets'))).secret)
    await renew()
  }
  const forget = async () => {
    await ask(api.DELETE('/skein/v1/WebhookSecrets/Secondary'))
    await renew()
  }
  const two = (found.data?.webhookSecrets.length ?? 0) > 1
  return (
    <Section
      title="Webhook secrets"
      lead="They sign the header webhook-signature. To rotate: create one, give it to the receivers, delete the secondary one."
      actions={
        two ? (
          <Act
            color="red"
            run={forget}
            confirm="Receivers that know only the secondary secret refuse webhooks from now on."
          >
            Delete the secondary secret
          </Act>
        ) : (
          <Act run={create}>Create a new secret</Act>
        )
      }
    >
      {secret && <SecretOnce what="The new webhook secret" secret={secret} onDone={() => setSecret(undefined)} />}
      <Listing
        label="Webhook secrets"
        source={{ ...found, items: found.data?.webhookSecrets ?? [] }}
        columns={['Fingerprint', 'Role', 'Created']}
        rowKey={({ fingerprint }) => fingerprint}
        row={({ fingerprint, role, createdAt }) => [
          <Code key="print">{fingerprint}</Code>,
          <Status key="role" of={role} />,
          <Time key="at" at={createdAt} />,
        ]}
        empty={{ title: 'No webhook secret', todo: 'Create one to let receivers check webhook-signature.' }}
      />
    </Section>
  )
}
