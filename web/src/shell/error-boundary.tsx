import { Button, Group } from '@mantine/core'
import { Component, type ReactNode } from 'react'
import { Page } from '../parts/page.tsx'

/** A view that fails takes neither the navigation nor the other views with it. */
export class ErrorBoundary extends Component<{ children: ReactNode }, { message?: string }> {
  override state: { message?: string } = {}

  static getDerivedStateFromError(error: unknown) {
    return { message: error instanceof Error ? error.message : String(error) }
  }

  override render() {
    const { message } = this.state
    if (message === undefined) return this.props.children
    return (
      <Page
        title="This view failed"
        lead="A fault of the console, not of your data. Other views still work."
        actions={
          <Group>
            <Button onClick={() => this.setState({ message: undefined as never })}>Try again</Button>
            <Button variant="default" onClick={() => window.location.reload()}>
              Load the console anew
            </Button>
          </Group>
        }
      >
        <p role="alert" className="wrap-anywhere">
          {message}
        </p>
      </Page>
    )
  }
}
