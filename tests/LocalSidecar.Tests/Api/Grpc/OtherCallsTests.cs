using Dapr.Client.Autogen.Grpc.v1;
using Grpc.Core;
using LocalSidecar.CommandLine;
using LocalSidecar.Tests.Support;
using TestSupport;
using DaprClient = Dapr.Client.Autogen.Grpc.v1.Dapr.DaprClient;

namespace LocalSidecar.Tests.Api.Grpc;

public sealed class OtherCallsTests
{
    [Fact]
    public async Task Secrets_OneAndAll_AreThoseOfTheFile()
    {
        using var folder = new TemporaryFolder();
        await using TestSidecar sidecar = await WithSecretsAsync(folder);
        DaprClient dapr = sidecar.Dapr();

        GetSecretResponse one = await dapr.GetSecretAsync(new GetSecretRequest { StoreName = "local-secrets", Key = "redis:password" });
        GetBulkSecretResponse all = await dapr.GetBulkSecretAsync(new GetBulkSecretRequest { StoreName = "local-secrets" });

        Assert.Equal(("redis:password", "s3cret"), (Assert.Single(one.Data).Key, one.Data["redis:password"]));
        Assert.Equal(["apiKey", "redis:password"], all.Data.Keys.Order(StringComparer.Ordinal));
        Assert.Equal("k", Assert.Single(all.Data["apiKey"].Secrets).Value);
    }

    [Fact]
    public async Task Secrets_UnknownStoreOrSecret_AreRefusedWithoutDetails()
    {
        using var folder = new TemporaryFolder();
        await using TestSidecar sidecar = await WithSecretsAsync(folder);
        DaprClient dapr = sidecar.Dapr();

        Refusal secret = await Refusal.OfAsync(dapr.GetSecretAsync(new GetSecretRequest { StoreName = "local-secrets", Key = "none" }));
        Refusal store = await Refusal.OfAsync(dapr.GetBulkSecretAsync(new GetBulkSecretRequest { StoreName = "nope" }));

        Assert.Equal(
            (StatusCode.Internal, "failed getting secret with key none from secret store local-secrets: secret none not found", 0),
            (secret.Code, secret.Message, secret.Details.Count));
        Assert.Equal(
            (StatusCode.InvalidArgument, "failed finding secret store with key nope", 0),
                (store.Code, store.Message, store.Details.Count));
    }

    [Fact]
    public async Task Secrets_NoStoreAtAll_IsAFailedPrecondition()
    {
        await using TestSidecar sidecar = await TestSidecar.StartAsync([("worker", null)]);

        Refusal refusal = await Refusal.OfAsync(sidecar.Dapr().GetSecretAsync(new GetSecretRequest { StoreName = "nope", Key = "a" }));

        Assert.Equal((StatusCode.FailedPrecondition, "secret store is not configured"), (refusal.Code, refusal.Message));
    }

    [Fact]
    public async Task Metadata_AppIsUp_TellsComponentsSubscriptionsAndTheApp()
    {
        await using TestApp app = await TestApp.StartAsync(FreePort.Next(), """
            [{"pubsubname":"bus","topic":"t","deadLetterTopic":"dead","metadata":{"rawPayload":"true"},
              "routes":{"rules":[{"match":"event.type == \"a\"","path":"/a"}],"default":"/d"}}]
            """);
        await using TestSidecar sidecar = await TestSidecar.StartAsync([("worker", app.Port)]);
        await sidecar.ReadyAsync();

        GetMetadataResponse metadata = await sidecar.Dapr().GetMetadataAsync(new GetMetadataRequest());

        Assert.Equal(("worker", "1.18.2-local"), (metadata.Id, metadata.RuntimeVersion));
        RegisteredComponents jobs = Assert.Single(metadata.RegisteredComponents, static component => component.Name == "jobs");
        Assert.Equal(("state.in-memory", "v1"), (jobs.Type, jobs.Version));
        Assert.Equal(["ETAG", "TRANSACTIONAL", "TTL", "DELETE_WITH_PREFIX", "KEYS_LIKE", "ACTOR"], jobs.Capabilities);
        PubsubSubscription subscription = Assert.Single(metadata.Subscriptions);
        Assert.Equal(
            ("bus", "t", "dead", "true", PubsubSubscriptionType.Programmatic),
            (subscription.PubsubName, subscription.Topic, subscription.DeadLetterTopic, subscription.Metadata["rawPayload"],
                subscription.Type));
        Assert.Equal([("event.type == \"a\"", "/a"), ("", "/d")], subscription.Rules.Rules.Select(static rule => (rule.Match, rule.Path)));
        Assert.Equal(
            (app.Port, "http", "127.0.0.1"),
            (metadata.AppConnectionProperties.Port, metadata.AppConnectionProperties.Protocol,
            metadata.AppConnectionProperties.ChannelAddress));
        Assert.Equal(
            (ActorRuntime.Types.ActorRuntimeStatus.Disabled, "placement: disconnected"),
            (metadata.ActorRuntime.RuntimeStatus, metadata.ActorRuntime.Placement));
        Assert.NotNull(metadata.Workflows);
    }

    [Fact]
    public async Task Metadata_AppIsNotUpYet_HasWhatIsDeclaredAndStateIsServed()
    {
        await using TestSidecar sidecar = await TestSidecar.StartAsync([("worker", FreePort.Next())], yaml: """
            apiVersion: dapr.io/v2alpha1
            kind: Subscription
            metadata: {name: declared}
            spec: {pubsubname: bus, topic: t, routes: {default: /d}}
            """);
        DaprClient dapr = sidecar.Dapr();

        GetMetadataResponse metadata = await dapr.GetMetadataAsync(new GetMetadataRequest());
        await dapr.SaveStateAsync(new SaveStateRequest { StoreName = "jobs", States = { new StateItem { Key = "a" } } });

        Assert.Equal(new ActorRuntime(), metadata.ActorRuntime);
        PubsubSubscription declared = Assert.Single(metadata.Subscriptions);
        Assert.Equal(("bus", "t", PubsubSubscriptionType.Declarative), (declared.PubsubName, declared.Topic, declared.Type));
    }

    [Fact]
    public async Task SetMetadata_ShowsInBothApis()
    {
        await using TestSidecar sidecar = await TestSidecar.StartAsync([("worker", null)]);
        DaprClient dapr = sidecar.Dapr();

        await dapr.SetMetadataAsync(new SetMetadataRequest { Key = "colour", Value = "blue" });

        Assert.Equal("blue", (await dapr.GetMetadataAsync(new GetMetadataRequest())).ExtendedMetadata["colour"]);
        Assert.Contains("\"colour\":\"blue\"", await sidecar.Http.GetStringAsync(sidecar.Url("/v1.0/metadata")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task SetMetadata_WithoutAKey_KeepsNothing()
    {
        await using TestSidecar sidecar = await TestSidecar.StartAsync([("worker", null)]);
        DaprClient dapr = sidecar.Dapr();

        await dapr.SetMetadataAsync(new SetMetadataRequest { Value = "x" });

        Assert.Equal(["daprRuntimeVersion"], (await dapr.GetMetadataAsync(new GetMetadataRequest())).ExtendedMetadata.Keys);
    }

    [Fact]
    public async Task Metadata_AppIsAskedForItsHealth_TellsHowInBothApis()
    {
        await using TestSidecar sidecar = await TestSidecar.StartAsync(
            [("worker", FreePort.Next())],
            change: static app => app with
            {
                AppProtocol = AppProtocol.Grpc,
                EnableAppHealthCheck = true,
                AppHealthCheck = new AppHealthCheck(TimeSpan.FromSeconds(90), TimeSpan.FromMilliseconds(250), 4),
            });

        AppConnectionHealthProperties health =
            (await sidecar.Dapr().GetMetadataAsync(new GetMetadataRequest())).AppConnectionProperties.Health;
        string json = await sidecar.Http.GetStringAsync(sidecar.Url("/v1.0/metadata"));

        Assert.Equal(("1m30s", "250ms", 4), (health.HealthProbeInterval, health.HealthProbeTimeout, health.HealthThreshold));
        Assert.Contains(
            """
            "health":{"healthProbeInterval":"1m30s","healthProbeTimeout":"250ms","healthThreshold":4}
            """,
            json,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Shutdown_OneOfTwoApps_IsAnsweredAndClosesBothPortsOfThatOne()
    {
        await using TestSidecar sidecar = await TestSidecar.StartAsync([("worker", null), ("other", null)]);

        await sidecar.Dapr().ShutdownAsync(new ShutdownRequest());

        await Eventually.TrueAsync(() => FreePort.IsFree(sidecar.Host.Ports["worker"]), "its HTTP port is closed");
        await Eventually.TrueAsync(() => FreePort.IsFree(sidecar.Host.GrpcPorts["worker"]), "its gRPC port is closed");
        Assert.Equal("other", (await sidecar.Dapr("other").GetMetadataAsync(new GetMetadataRequest())).Id);
    }

    private static async Task<TestSidecar> WithSecretsAsync(TemporaryFolder folder)
    {
        await File.WriteAllTextAsync(folder["secrets.json"], """{"apiKey":"k","redis":{"password":"s3cret"}}""");
        return await TestSidecar.StartAsync([("worker", null)], yaml: $$"""
            apiVersion: dapr.io/v1alpha1
            kind: Component
            metadata: {name: local-secrets}
            spec: {type: secretstores.local.file, version: v1, metadata: [{name: secretsFile, value: {{folder["secrets.json"]}}}]}
            """);
    }
}
