// Sends the alerts of Microsoft Defender for Cloud to PocketSOC as they arise: a Logic App that posts them, a workflow
// automation that feeds it, and a Logic App that says every 15 minutes that the way is open.
targetScope = 'resourceGroup'

@secure()
@description('The Azure Logic App Webhook URL that PocketSOC shows under Settings, Webhook URLs. It is a secret.')
param pocketsocWebhookUrl string

@description('The severities that are sent at once. PocketSOC finds the others when it next reads Azure.')
@allowed(['High', 'Medium', 'Low', 'Informational'])
@minLength(1)
param severities array = ['High', 'Medium']

@description('The name of the Logic App that sends alerts.')
param logicAppName string = 'pocketsoc-defender-alerts'

@description('The name of the Logic App that sends a heartbeat every 15 minutes.')
param heartbeatName string = 'pocketsoc-defender-heartbeat'

@description('The name of the workflow automation.')
param automationName string = 'pocketsoc-push-notifications'

@description('Where all of it is kept.')
param location string = resourceGroup().location

var definitionSchema = 'https://schema.management.azure.com/providers/Microsoft.Logic/schemas/2016-06-01/workflowdefinition.json#'

// the webhook URL is one secret: the Logic App takes it apart when it runs, so that the definition holds none of it
var webhookAddress = '@{substring(trim(parameters(\'webhookUrl\')), 0, lastIndexOf(trim(parameters(\'webhookUrl\')), \'/\'))}'
var webhookHeaders = {
  Authorization: 'Bearer @{last(split(trim(parameters(\'webhookUrl\')), \'/\'))}'
  'Content-Type': 'application/json'
}

var ruleSets = [for severity in severities: {
  rules: [
    {
      propertyJPath: 'Severity'
      propertyType: 'String'
      expectedValue: severity
      operator: 'Equals'
    }
  ]
}]

resource forwarder 'Microsoft.Logic/workflows@2019-05-01' = {
  name: logicAppName
  location: location
  properties: {
    state: 'Enabled'
    definition: {
      '$schema': definitionSchema
      contentVersion: '1.0.0.0'
      parameters: {
        webhookUrl: {
          type: 'securestring'
        }
      }
      triggers: {
        When_a_HTTP_request_is_received: {
          type: 'Request'
          kind: 'Http'
          inputs: {
            method: 'POST'
          }
          runtimeConfiguration: {
            secureData: {
              properties: ['outputs']
            }
          }
        }
      }
      actions: {
        Forward_to_PocketSOC: {
          type: 'Http'
          runAfter: {}
          inputs: {
            method: 'POST'
            uri: webhookAddress
            headers: webhookHeaders
            body: '@triggerBody()'
            retryPolicy: {
              type: 'exponential'
              count: 12
              interval: 'PT15S'
              minimumInterval: 'PT15S'
              maximumInterval: 'PT15M'
            }
          }
          operationOptions: 'DisableAsyncPattern'
          runtimeConfiguration: {
            secureData: {
              properties: ['inputs']
            }
          }
        }
      }
      outputs: {}
    }
    parameters: {
      webhookUrl: {
        value: pocketsocWebhookUrl
      }
    }
  }
}

resource heartbeat 'Microsoft.Logic/workflows@2019-05-01' = {
  name: heartbeatName
  location: location
  properties: {
    state: 'Enabled'
    definition: {
      '$schema': definitionSchema
      contentVersion: '1.0.0.0'
      parameters: {
        webhookUrl: {
          type: 'securestring'
        }
      }
      triggers: {
        Every_15_minutes: {
          type: 'Recurrence'
          recurrence: {
            frequency: 'Minute'
            interval: 15
          }
        }
      }
      actions: {
        Tell_PocketSOC: {
          type: 'Http'
          runAfter: {}
          inputs: {
            method: 'POST'
            uri: webhookAddress
            headers: webhookHeaders
            body: {
              pocketsoc: 'heartbeat'
              version: 1
              subscriptionId: subscription().subscriptionId
            }
            retryPolicy: {
              type: 'exponential'
              count: 3
              interval: 'PT15S'
              minimumInterval: 'PT15S'
              maximumInterval: 'PT15M'
            }
          }
          operationOptions: 'DisableAsyncPattern'
          runtimeConfiguration: {
            secureData: {
              properties: ['inputs']
            }
          }
        }
      }
      outputs: {}
    }
    parameters: {
      webhookUrl: {
        value: pocketsocWebhookUrl
      }
    }
  }
}

resource automation 'Microsoft.Security/automations@2023-12-01-preview' = {
  name: automationName
  location: location
  properties: {
    description: 'Sends alerts to PocketSOC.'
    isEnabled: true
    scopes: [
      {
        description: 'The subscription'
        scopePath: subscription().id
      }
    ]
    sources: [
      {
        eventSource: 'Alerts'
        ruleSets: ruleSets
      }
    ]
    actions: [
      {
        actionType: 'LogicApp'
        logicAppResourceId: forwarder.id
        uri: listCallbackUrl('${forwarder.id}/triggers/When_a_HTTP_request_is_received', '2019-05-01').value
      }
    ]
  }
}
