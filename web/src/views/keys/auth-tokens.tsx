import { Group } from '@mantine/core'
import { useState } from 'react'
import { api, ask } from '../../api/client.ts'
import { useSession } from '../../api/session.tsx'
import { Act } from '../../parts/act.tsx'
import { SecretOnce } from '../../parts/secret-once.tsx'
import { Section } from '../../parts/section.tsx'

/** The password of the account, which also signs; rotated in three steps. */
export function AuthTokens() {
  const session = useSession()
  const [token, setToken] = useState<string>()
  return (
    <Section
      title="Auth token"
      lead="The primary token signs X-Twilio-Signature; both are accepted beside the account’s SID. Create a secondary one, give it to callers and receivers, promote it, delete the old one."
    >
      {token && (
        <SecretOnce
          what="The secondary auth token"
          secret={`export TWILIO_ACCOUNT_SID=${session.data?.accountSid}\nexport TWILIO_AUTH_TOKEN=${token}`}
          onDone={() => setToken(undefined)}
        />
      )}
      <Group gap="xs">
        <Act run={async () => setToken((await ask(api.POST('/skein/v1/AuthTokens'))).authToken)}>
          Create a secondary token
        </Act>
        <Act
          run={() => ask(api.POST('/skein/v1/AuthTokens/Promote'))}
          confirm="The secondary token signs from now on, and the other becomes secondary. Once more undoes it."
        >
          Promote the secondary token
        </Act>
        <Act
          color="red"
          run={() => ask(api.DELETE('/skein/v1/AuthTokens/Secondary'))}
          confirm="No node accepts it from now on. Whoever signed in by it is signed out."
        >
          Delete the secondary token
        </Act>
      </Group>
    </Section>
  )
}
