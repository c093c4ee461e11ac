import * as gax from 'google-gax';

const { protobuf, grpc } = gax;
type Json = Parameters<gax.GrpcClient['loadProtoJSON']>[0];
type Method = InstanceType<typeof protobuf.Method>;
type Message = InstanceType<typeof protobuf.Type>;

/** How gax has messages read, https://github.com/googleapis/gax-nodejs/blob/main/gax/src/grpc.ts (`defaultOptions`). */
const reading = { longs: String, enums: String, defaults: true, oneofs: true };

/**
 * Makes stubs of a package's services and of nothing else. gax itself has `@grpc/proto-loader` describe every message
 * of the package once more, for reflection, which nobody asks for: half a second of each start.
 */
class LeanGrpcClient extends gax.GrpcClient {
  override loadProtoJSON(json: Json): gax.grpc.GrpcObject {
    const services = servicesIn(gax.protobufFromJSON(json));
    return grpc.loadPackageDefinition(
      Object.fromEntries(services.map((service) => [service.fullName.slice(1), definitionOf(service)])),
    );
  }
}

/** Google's clients take the gax they shall use as the last argument of their constructors. */
export const leanGax: typeof gax = { ...gax, GrpcClient: LeanGrpcClient };

type Service = InstanceType<typeof protobuf.Service>;

function servicesIn({ nestedArray }: { readonly nestedArray: readonly object[] }): readonly Service[] {
  return nestedArray.flatMap((each) => {
    if (each instanceof protobuf.Service) return [each];
    return each instanceof protobuf.Namespace ? servicesIn(each) : [];
  });
}

function definitionOf(service: Service): gax.grpc.ServiceDefinition {
  const path = `/${service.fullName.slice(1)}`;
  return Object.fromEntries(service.methodsArray.map((method) => [method.name, methodOf(method, path)]));
}

function methodOf(method: Method, path: string): gax.grpc.MethodDefinition<object, object> {
  method.resolve();
  const { resolvedRequestType: request, resolvedResponseType: response } = method;
  if (!(request instanceof protobuf.Type) || !(response instanceof protobuf.Type))
    throw new Error(`${path}/${method.name} has no messages`);
  return {
    path: `${path}/${method.name}`,
    requestStream: method.requestStream === true,
    responseStream: method.responseStream === true,
    requestSerialize: writer(request),
    requestDeserialize: reader(request),
    responseSerialize: writer(response),
    responseDeserialize: reader(response),
    originalName: method.name.charAt(0).toLowerCase() + method.name.slice(1),
  };
}

function writer(message: Message) {
  // Within Node protobufjs writes buffers.
  return (value: object) => message.encode(message.fromObject(value)).finish() as Buffer;
}

function reader(message: Message) {
  return (bytes: Uint8Array): object => message.toObject(message.decode(bytes), reading);
}
