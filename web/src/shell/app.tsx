import { Center, Loader } from '@mantine/core'
import { useSession } from '../api/session.tsx'
import { Trouble } from '../parts/trouble.tsx'
import { SignIn } from '../views/sign-in/sign-in.tsx'
import { Shell } from './shell.tsx'

/** Whoever is not signed in sees the sign-in, under whatever address, and afterwards what the address names. */
export function App() {
  const session = useSession()
  if (session.isPending) {
    return (
      <Center h="100vh">
        <Loader aria-label="Loading" />
      </Center>
    )
  }
  if (session.isError) return <Trouble error={session.error} onRetry={() => void session.refetch()} />
  return session.data ? <Shell session={session.data} /> : <SignIn />
}
