using System.Text.Json;
using LocalSidecar.Resources;

namespace LocalSidecar.Tests.Resources;

/// <summary>Every folder under <c>components/</c>: what the services ask for is there, under the names that they use.</summary>
public sealed class ComponentFoldersTests
{
    private static readonly string Root = FindRoot();

    // What a component cannot start without, and what keeps messages from being lost.
    private static readonly Dictionary<string, string[]> Needed = new()
    {
        ["state.in-memory"] = ["keyPrefix"],
        ["state.redis"] = ["redisHost", "keyPrefix"],
        ["state.postgresql"] = ["connectionString", "keyPrefix"],
        ["state.azure.cosmosdb"] = ["url", "masterKey", "database", "collection", "keyPrefix"],
        ["pubsub.in-memory"] = [],
        ["pubsub.redis"] = ["redisHost", "processingTimeout=2h", "redeliverInterval=15000", "maxLenApprox"],
        // F33: with a session that is kept, nothing was delivered any more after a kill of the owner's daprd.
        ["pubsub.mqtt3"] = ["url", "consumerID", "qos=1", "cleanSession=true"],
        ["pubsub.jetstream"] = ["natsURL", "streamName", "durableName={appID}", "queueGroupName", "ackWait"],
        ["pubsub.rabbitmq"] = [
            "connectionString", "durable=true", "deliveryMode=2", "deletedWhenUnused=false", "requeueInFailure=true",
            "publisherConfirm=true"
        ],
        ["pubsub.kafka"] = ["brokers", "authType", "consumerGroup", "initialOffset=oldest"],
        ["secretstores.local.file"] = ["secretsFile"],
    };

    public static TheoryData<string> Folders => [.. Names];

    private static IEnumerable<string> Names => Directory.GetDirectories(Path.Combine(Root, "components"))
        .Select(folder => Path.GetFileName(folder))
        .Order(StringComparer.Ordinal);

    [Fact]
    public void Folders_AreThoseOfTheDocumentation() =>
        Assert.Equal(["cosmos", "kafka", "local", "mqtt", "nats", "postgres", "rabbitmq", "redis"], Names);

    [Theory]
    [MemberData(nameof(Folders))]
    public void Components_HaveTheNamesAndSettingsTheyNeed(string folder)
    {
        List<YamlMap> components = Documents(folder, "Component");

        Assert.Equal(["jobs", "jobs-pubsub", "local-secrets"], components.Select(Name).Order(StringComparer.Ordinal));
        Assert.All(components, component =>
        {
            string type = component.Map("spec")!.Text("type")!;
            Assert.StartsWith(Name(component) switch
            {
                "jobs" =>
                "state.",
                "jobs-pubsub" => "pubsub.",
                _ => "secretstores."
            }, type, StringComparison.Ordinal);
            var settings = component.Map("spec")!.Maps("metadata").ToDictionary(
                setting => setting.Text("name")!, setting => setting.Map("secretKeyRef") is null ? setting.Text("value") : "");
            Assert.All(Needed[type], needed => Assert.True(
                settings.TryGetValue(needed.Split('=')[0], out string? value)
                    && (!needed.Contains('=', StringComparison.Ordinal) || value == needed.Split('=')[1]),
                $"{folder}: {type} lacks {needed}"));
        });
    }

    [Theory]
    [MemberData(nameof(Folders))]
    public void Resiliency_RepeatsDeliveriesOfThePubSubComponentWithoutEnd(string folder)
    {
        YamlMap resiliency = Assert.Single(Documents(folder, "Resiliency"));
        YamlMap spec = resiliency.Map("spec")!;

        YamlMap targets = spec.Map("targets")!.Map("components")!;
        Assert.Equal(["jobs-pubsub"], targets.Names);
        Assert.Equal(["inbound"], targets.Map("jobs-pubsub")!.Names);
        YamlMap policy = spec.Map("policies")!.Map("retries")!.Map(targets.Map("jobs-pubsub")!.Map("inbound")!.Text("retry")!)!;
        Assert.Equal(("constant", "-1"), (policy.Text("policy"), policy.Text("maxRetries")));
    }

    [Theory]
    [MemberData(nameof(Folders))]
    public void Secrets_AreInTheExampleFileAndTheComponentNamesTheStore(string folder)
    {
        using var example = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(Root, "secrets.json.example")));
        foreach (YamlMap component in Documents(folder, "Component"))
        {
            var references = component.Map(
                "spec")!.Maps("metadata").Select(setting => setting.Map("secretKeyRef")).OfType<YamlMap>().ToList();
            Assert.All(references, reference =>
            {
                Assert.Equal("local-secrets", component.Map("auth")?.Text("secretStore"));
                Assert.Equal(reference.Text("name"), reference.Text("key"));
                Assert.Equal(JsonValueKind.String, example.RootElement.GetProperty(reference.Text("name")!).ValueKind);
            });
        }
    }

    private static string Name(YamlMap document) => document.Map("metadata")!.Text("name")!;

    private static List<YamlMap> Documents(string folder, string kind) =>
        [.. Directory.GetFiles(Path.Combine(Root, "components", folder), "*.yaml")
            .Order()
            .SelectMany(YamlMap.ReadFile)
            .Where(document => document.Text("kind") == kind)];

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "JobOrchestrator.sln")))
        {
            folder = folder.Parent ?? throw new InvalidOperationException("Not inside the repository.");
        }

        return folder.FullName;
    }
}
