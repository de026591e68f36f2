import { Module, type Provider, type Type } from '@nestjs/common'
import { Database } from '#libs/postgres'
import { AccessRecorder, KeyRing } from '#libs/security'
import { createLogger, foundation, policySet, programKeys, subgraph } from '#libs/service'
import { CalendarRepository } from './calendar/calendar.repository.js'
import { ChildRepository } from './child/child.repository.js'
import { ChildResolver } from './child/child.resolver.js'
import { Child } from './child/child.type.js'
import { OpenQuestions } from './child/open-questions.js'
import { ReadChild } from './child/read-child.js'
import { ClockMoved } from './demo-clock/clock-moved.js'
import { DemoClockController } from './demo-clock/demo-clock.controller.js'
import { MoveClock } from './demo-clock/move-clock.js'
import { FlagRepository } from './flag/flag.repository.js'
import { FlagResolver } from './flag/flag.resolver.js'
import { ReadFlags } from './flag/read-flags.js'
import { Escalate } from './handover/escalate.js'
import { HandoverListRepository } from './handover/handover-list.repository.js'
import { HandoverRepository } from './handover/handover.repository.js'
import { HandoverResolver } from './handover/handover.resolver.js'
import { ListHandovers } from './handover/list-handovers.js'
import { OpenHandover } from './handover/open-handover.js'
import { ReadHandovers } from './handover/read-handovers.js'
import { SettleHandover } from './handover/settle-handover.js'
import { TellAgencies } from './handover/tell.js'
import { WaitingRepository } from './handover/waiting.repository.js'
import { InvolvementRepository } from './involvement/involvement.repository.js'
import { InvolvementResolver } from './involvement/involvement.resolver.js'
import { ReadInvolvements } from './involvement/read-involvements.js'
import { AgencyRepository } from './projection/agency.repository.js'
import { ProjectionLag } from './projection/lag.js'
import { FollowChildren } from './projection/follow-children.js'
import { FollowedRowsRepository } from './projection/followed-rows.repository.js'
import { ProjectEvent } from './projection/project-event.js'
import { RetractionRepository } from './projection/retraction.repository.js'
import { WorldView } from './projection/world.js'
import { safeguardingConfig, type SafeguardingConfig } from './safeguarding.config.js'

/** The logger of this program's own features. */
const logger = Symbol('logger')

type Token = Type<unknown> | symbol | (() => SafeguardingConfig)

/** A class whose one argument is a record of others, each named by its token. */
function made<P extends object>(
  provide: new (parts: P) => unknown,
  tokens: { readonly [K in keyof P]-?: Token },
): Provider {
  const names = Object.keys(tokens) as (keyof P & string)[]
  return {
    provide,
    inject: names.map((name) => tokens[name]) as Type<unknown>[],
    useFactory: (...values: readonly unknown[]) =>
      new provide(Object.fromEntries(names.map((name, index) => [name, values[index]])) as P),
  }
}

const handovers = HandoverRepository
const involvements = InvolvementRepository
const flags = FlagRepository
const database = Database
const policies = policySet
const recorder = AccessRecorder
const world = WorldView
const list = HandoverListRepository
const readChild = ReadChild
const tell = TellAgencies
const keyRing = KeyRing

const useCases: Provider[] = [
  made(TellAgencies, { keys: programKeys, handovers, keyRing }),
  made(OpenHandover, { handovers, involvements, flags, tell }),
  made(SettleHandover, { handovers, tell, keyRing, logger }),
  made(Escalate, { database, handovers, world, tell, keyRing, logger }),
  made(ProjectEvent, {
    involvements,
    flags,
    openHandover: OpenHandover,
    settle: SettleHandover,
    retractions: RetractionRepository,
  }),
  {
    provide: FollowChildren,
    inject: [FollowedRowsRepository],
    useFactory: (rows: FollowedRowsRepository) => new FollowChildren(rows),
  },
  made(ReadChild, {
    ...{ database, children: ChildRepository, involvements, policies, recorder, keys: programKeys, lag: ProjectionLag },
    config: safeguardingConfig,
  }),
  made(OpenQuestions, { readChild }),
  made(ReadFlags, { readChild, flags, world }),
  made(ReadInvolvements, { readChild, involvements, world }),
  made(ReadHandovers, { readChild, list, world }),
  made(ListHandovers, { database, list, policies, recorder }),
  made(MoveClock, { database, policies, recorder, config: safeguardingConfig, clockMoved: ClockMoved }),
]

@Module({
  imports: [
    subgraph([Child]),
    foundation({
      program: 'safeguarding',
      url: safeguardingConfig().DATABASE_URL,
      keyFile: safeguardingConfig().WAYMARK_KEY_FILE,
    }),
  ],
  controllers: [DemoClockController],
  providers: [
    { provide: safeguardingConfig, useFactory: safeguardingConfig },
    {
      provide: logger,
      inject: [safeguardingConfig],
      useFactory: (config: SafeguardingConfig) => createLogger('safeguarding', config.LOG_LEVEL),
    },
    ...[
      AgencyRepository,
      CalendarRepository,
      ChildRepository,
      FlagRepository,
      HandoverRepository,
      HandoverListRepository,
      WaitingRepository,
    ],
    ...[InvolvementRepository, RetractionRepository, FollowedRowsRepository, WorldView, ProjectionLag, ClockMoved],
    ...useCases,
    ...[ChildResolver, FlagResolver, InvolvementResolver, HandoverResolver],
  ],
})
export class SafeguardingModule {}
