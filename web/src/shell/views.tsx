import { lazy } from 'react'
import { Route, Routes } from 'react-router'
import { NotFound } from './not-found.tsx'

const Home = lazy(() => import('../views/home/home.tsx'))
const Conversations = lazy(() => import('../views/conversations/list.tsx'))
const Conversation = lazy(() => import('../views/conversations/one.tsx'))
const Configurations = lazy(() => import('../views/configurations/list.tsx'))
const CreateConfiguration = lazy(() => import('../views/configurations/create.tsx'))
const Configuration = lazy(() => import('../views/configurations/one.tsx'))
const ChangeGrouping = lazy(() => import('../views/configurations/change-grouping.tsx'))
const Stuck = lazy(() => import('../views/stuck/stuck.tsx'))
const Debugger = lazy(() => import('../views/debugger/debugger.tsx'))
const Diagnosis = lazy(() => import('../views/diagnosis/diagnosis.tsx'))
const Profiles = lazy(() => import('../views/profiles/search.tsx'))
const Profile = lazy(() => import('../views/profiles/one.tsx'))
const Phones = lazy(() => import('../views/phones/phones.tsx'))
const Keys = lazy(() => import('../views/keys/keys.tsx'))
const Intelligence = lazy(() => import('../views/intelligence/list.tsx'))
const CreateIntelligence = lazy(() => import('../views/intelligence/create.tsx'))
const IntelligenceConfiguration = lazy(() => import('../views/intelligence/one.tsx'))
const Operators = lazy(() => import('../views/intelligence/operators-page.tsx'))
const Operator = lazy(() => import('../views/intelligence/operator.tsx'))
const Results = lazy(() => import('../views/intelligence/results-page.tsx'))
const Limits = lazy(() => import('../views/limits/limits.tsx'))
const Keyboard = lazy(() => import('../views/keyboard/keyboard.tsx'))
const Operations = lazy(() => import('../views/operations/operations.tsx'))
const Waterfall = lazy(() => import('../views/debugger/waterfall.tsx'))
const Webhooks = lazy(() => import('../views/webhooks/targets.tsx'))
const Target = lazy(() => import('../views/webhooks/target.tsx'))
const Delivery = lazy(() => import('../views/webhooks/delivery.tsx'))

export function Views() {
  return (
    <Routes>
      <Route path="/" element={<Home />} />
      <Route path="/phones" element={<Phones />} />
      <Route path="/conversations" element={<Conversations />} />
      <Route path="/conversations/:id" element={<Conversation />} />
      <Route path="/configurations" element={<Configurations />} />
      <Route path="/configurations/new" element={<CreateConfiguration />} />
      <Route path="/configurations/:id" element={<Configuration />} />
      <Route path="/configurations/:id/grouping" element={<ChangeGrouping />} />
      <Route path="/stuck" element={<Stuck />} />
      <Route path="/debugger" element={<Debugger />} />
      <Route path="/debugger/:requestId" element={<Waterfall />} />
      <Route path="/intelligence" element={<Intelligence />} />
      <Route path="/intelligence/new" element={<CreateIntelligence />} />
      <Route path="/intelligence/:id" element={<IntelligenceConfiguration />} />
      <Route path="/operators" element={<Operators />} />
      <Route path="/operators/:id" element={<Operator />} />
      <Route path="/results" element={<Results />} />
      <Route path="/limits" element={<Limits />} />
      <Route path="/keyboard" element={<Keyboard />} />
      <Route path="/keys" element={<Keys />} />
      <Route path="/operations" element={<Operations />} />
      <Route path="/diagnosis" element={<Diagnosis />} />
      <Route path="/profiles" element={<Profiles />} />
      <Route path="/profiles/:storeId/:id" element={<Profile />} />
      <Route path="/webhooks" element={<Webhooks />} />
      <Route path="/webhooks/targets/:id" element={<Target />} />
      <Route path="/webhooks/deliveries/:id" element={<Delivery />} />
      <Route path="*" element={<NotFound />} />
    </Routes>
  )
}
