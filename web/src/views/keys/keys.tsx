import { Page } from '../../parts/page.tsx'
import { Addresses } from './addresses.tsx'
import { ApiKeys } from './api-keys.tsx'
import { AuthTokens } from './auth-tokens.tsx'
import { Numbers } from './numbers.tsx'
import { WebhookSecrets } from './webhook-secrets.tsx'

/** What opens the account, what signs for it, and what belongs to it. */
export default function Keys() {
  return (
    <Page
      title="Keys and numbers"
      lead="What opens the account, what signs for it, and the addresses that are its own."
    >
      <ApiKeys />
      <Numbers />
      <Addresses />
      <AuthTokens />
      <WebhookSecrets />
    </Page>
  )
}
