import { Duration } from 'aws-cdk-lib'
import { Alarm, ComparisonOperator, Metric, Stats, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch'
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions'
import { ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import { type ITopic, Topic } from 'aws-cdk-lib/aws-sns'
import type { Construct } from 'constructs'
import { nameFor } from './function.ts'
import type { Stage } from './stage.ts'

/** What somebody should look at before the day is over; each has an entry in the runbook. */
interface Watched {
  metric: string
  /** The function that measures it. */
  part: string
  /** More than this, in as many periods of five minutes, one after the other. */
  above: number
  periods: number
  description: string
}

/** Where alarms are told; whoever is to hear of them subscribes. */
export function alarmTopic(scope: Construct, stage: Stage): Topic {
  const topic = new Topic(scope, 'Alarms', { topicName: nameFor(stage, 'alarms', 256), enforceSSL: true })
  topic.grantPublish(new ServicePrincipal('cloudwatch.amazonaws.com'))
  return topic
}

/** An alarm on a metric that a function of ours logs. That nothing was measured is in order. */
export function alarm(scope: Construct, stage: Stage, topic: ITopic, { metric, part, above, periods, description }: Watched): void {
  new Alarm(scope, `${part}-${metric}`, {
    alarmName: nameFor(stage, `${part}-${metric}`, 255),
    alarmDescription: description,
    metric: new Metric({
      namespace: 'Tessera',
      metricName: metric,
      dimensionsMap: { service: part },
      statistic: Stats.MAXIMUM,
      period: Duration.minutes(5),
    }),
    threshold: above,
    evaluationPeriods: periods,
    comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
    treatMissingData: TreatMissingData.NOT_BREACHING,
  }).addAlarmAction(new SnsAction(topic))
}
