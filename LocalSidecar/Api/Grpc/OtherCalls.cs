using Dapr.Client.Autogen.Grpc.v1;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;

namespace LocalSidecar.Api.Grpc;

/// <summary>Secrets, metadata and shutdown of one sidecar over gRPC.</summary>
internal sealed class OtherCalls(Sidecar sidecar, Action shutdown)
{
    private static readonly Empty Nothing = new();

    public Task<GetSecretResponse> GetSecret(GetSecretRequest request)
    {
        var response = new GetSecretResponse();
        response.Data.Add(new Dictionary<string, string>(sidecar.Secrets.Get(request.StoreName, request.Key)));
        return Task.FromResult(response);
    }

    public Task<GetBulkSecretResponse> GetSecrets(GetBulkSecretRequest request)
    {
        var response = new GetBulkSecretResponse();
        foreach ((string name, IReadOnlyDictionary<string, string> values) in sidecar.Secrets.GetAll(request.StoreName))
        {
            var secret = new SecretResponse();
            secret.Secrets.Add(new Dictionary<string, string>(values));
            response.Data[name] = secret;
        }

        return Task.FromResult(response);
    }

    public Task<GetMetadataResponse> GetMetadata() => Task.FromResult(MetadataMessage.Of(sidecar));

    public Task<Empty> SetMetadata(SetMetadataRequest request)
    {
        // Under no name nothing is kept, as with daprd.
        if (request.Key.Length > 0)
        {
            sidecar.Metadata.Set(request.Key, request.Value);
        }

        return Task.FromResult(Nothing);
    }

    public Task<Empty> ShutDown(ServerCallContext call)
    {
        call.GetHttpContext().Response.OnCompleted(() =>
        {
            shutdown();
            return Task.CompletedTask;
        });
        return Task.FromResult(Nothing);
    }
}
