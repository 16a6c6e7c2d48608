/** The AI SDK, loaded when a model is asked first: it takes a third of a second and thirty megabytes. */
export async function loadSdk() {
  const [ai, { createOpenAICompatible }] = await Promise.all([import('ai'), import('@ai-sdk/openai-compatible')])
  // It would print what providers do not support, on its own and not as the log does.
  Object.assign(globalThis, { AI_SDK_LOG_WARNINGS: false })
  return { ai, createOpenAICompatible }
}

export type Sdk = Awaited<ReturnType<typeof loadSdk>>
