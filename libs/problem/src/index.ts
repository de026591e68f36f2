export { isProblemCode, Problem, problemBody, statusOf, type FieldFault, type ProblemCode } from './problem.js'
