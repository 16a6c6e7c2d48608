import { lazy } from 'react'
import { Route, Routes } from 'react-router'
import { NotFound } from './not-found.tsx'

const Home = lazy(() => import('../views/home/home.tsx'))

export function Views() {
  return (
    <Routes>
      <Route path="/" element={<Home />} />
      <Route path="*" element={<NotFound />} />
    </Routes>
  )
}
