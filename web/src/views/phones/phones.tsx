import { Button, Grid, Group, Text } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { api, ask } from '../../api/client.ts'
import { useSession } from '../../api/session.tsx'
import { business, kiran, setUpExample } from '../../example/example.ts'
import { Act } from '../../parts/act.tsx'
import { Empty } from '../../parts/empty.tsx'
import { Loading } from '../../parts/loading.tsx'
import { Page } from '../../parts/page.tsx'
import { TroublePage } from '../../parts/trouble.tsx'
import { BusinessPhone } from './business-phone.tsx'
import { ClockPanel } from './clock-panel.tsx'
import { Forming } from './forming.tsx'
import { Handset } from './handset.tsx'

/** The virtual network on the screen: customers' phones, the business, and the conversations that come of it. */
export default function Phones() {
  const session = useSession()
  const client = useQueryClient()
  const [customers, setCustomers] = useState<string[]>([kiran.mobile, kiran.second])
  const accountSid = session.data?.accountSid ?? ''
  const numbers = useQuery({
    queryKey: ['numbers', accountSid],
    queryFn: () =>
      ask(api.GET('/2010-04-01/Accounts/{accountSid}/IncomingPhoneNumbers', { params: { path: { accountSid } } })),
  })
  if (numbers.isPending) return <Loading />
  if (numbers.isError)
    return <TroublePage title="Phones" error={numbers.error} onRetry={() => void numbers.refetch()} />
  const owned = numbers.data.incoming_phone_numbers.map((one) => one.phone_number)
  const setUp = async () => {
    await setUpExample(accountSid, 'GROUP_BY_PARTICIPANT_ADDRESSES')
    await client.invalidateQueries()
  }
  if (owned.length === 0) {
    return (
      <Page title="Phones" lead="Handsets of a phone network that exists only here.">
        <Empty title="The business has no number yet">
          <Text c="dimmed" maw={520}>
            One click makes the number {business}, a memory store, and a configuration that captures SMS, WhatsApp and
            calls to it.
          </Text>
          <Act variant="filled" run={setUp}>
            Set up an example
          </Act>
        </Empty>
      </Page>
    )
  }
  return (
    <Page
      title="Phones"
      lead="Write as a customer on the left, answer as the business, and watch on the right what becomes of it, and why."
      actions={
        <Button
          variant="default"
          onClick={() => setCustomers([...customers, `+1555${String(2_000_000 + customers.length).padStart(7, '0')}`])}
        >
          Another customer
        </Button>
      }
    >
      <ClockPanel />
      <Grid>
        <Grid.Col span={{ base: 12, md: 8 }}>
          <Group align="flex-start" gap="md">
            {customers.map((number, index) => (
              <Handset
                key={number}
                initialNumber={number}
                label={index === 0 ? 'Kiran’s phone' : index === 1 ? 'Kiran’s second phone' : `Customer ${index + 1}`}
                owned={owned}
              />
            ))}
            <BusinessPhone owned={owned} customers={customers} accountSid={accountSid} />
          </Group>
        </Grid.Col>
        <Grid.Col span={{ base: 12, md: 4 }}>
          <Forming />
        </Grid.Col>
      </Grid>
    </Page>
  )
}
