import '@mantine/core/styles.css'
import '@mantine/notifications/styles.css'
import './shell/shell.css'
import { MantineProvider } from '@mantine/core'
import { Notifications } from '@mantine/notifications'
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { BrowserRouter } from 'react-router'
import { ApiError } from './api/client.ts'
import { deletedHere } from './api/deleted.ts'
import { App } from './shell/app.tsx'
import { nonce, theme } from './shell/theme.ts'

const queries = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 5_000,
      enabled: ({ queryKey }) => !deletedHere.has(queryKey[1]),
      refetchOnWindowFocus: false,
      // The server may be on this machine, which need not be online.
      networkMode: 'always',
      // What the server refused it would refuse again.
      retry: (count, error) => count < 2 && !(error instanceof ApiError && error.status < 500),
    },
    mutations: { networkMode: 'always' },
  },
})

// Dialogs keep the page behind them still by a style element of their own, whose maker looks for the nonce here.
Object.assign(globalThis, { __webpack_nonce__: nonce() })

const root = document.getElementById('root')
if (root) {
  createRoot(root).render(
    <StrictMode>
      <MantineProvider theme={theme} defaultColorScheme="auto" getStyleNonce={nonce}>
        <Notifications position="bottom-right" />
        <QueryClientProvider client={queries}>
          <BrowserRouter basename="/console">
            <App />
          </BrowserRouter>
        </QueryClientProvider>
      </MantineProvider>
    </StrictMode>,
  )
}
