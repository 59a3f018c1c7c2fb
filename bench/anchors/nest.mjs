import 'reflect-metadata'
import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { DynamoDBDocumentClient, GetCommand } from '@aws-sdk/lib-dynamodb'
import serverlessExpress from '@codegenie/serverless-express'
import { Controller, Get, Module, NotFoundException, Param } from '@nestjs/common'
import { NestFactory } from '@nestjs/core'

/** The same answer as the bare handler's, by Nest on Express. Its decorators are called as functions: this file is not compiled. */
const table = DynamoDBDocumentClient.from(new DynamoDBClient({}))

class Users {
  async read(id) {
    const Key = { pk: id, sk: 'A' }
    const { Item } = await table.send(new GetCommand({ TableName: process.env.TESSERA_TABLE, Key, ConsistentRead: true }))
    if (!Item) throw new NotFoundException()
    return Item
  }
}
Get(':id')(Users.prototype, 'read', Object.getOwnPropertyDescriptor(Users.prototype, 'read'))
Param('id')(Users.prototype, 'read', 0)
Controller('api/v1/users')(Users)

class Product {}
Module({ controllers: [Users] })(Product)

async function open() {
  const app = await NestFactory.create(Product, { logger: false })
  await app.init()
  return serverlessExpress({ app: app.getHttpAdapter().getInstance() })
}

let opened
export const handler = async (event, context) => {
  opened ??= open()
  return (await opened)(event, context)
}
