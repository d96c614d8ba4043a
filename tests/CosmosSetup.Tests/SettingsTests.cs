namespace CosmosSetup.Tests;

/// <summary>Arguments, component files and secrets that are not as they should be.</summary>
public sealed class SettingsTests : IDisposable
{
    private readonly SetupRun _run = new();

    public void Dispose() => _run.Dispose();

    [Theory]
    [InlineData("Unknown argument \"--nonsense\".", "--nonsense")]
    [InlineData("--check changes nothing and --fix does: choose one.", "--check", "--fix")]
    [InlineData("--throughput is 450: RU/s come in hundreds, from 400 on.", "--throughput", "450")]
    [InlineData("--throughput is 300: RU/s come in hundreds, from 400 on.", "--throughput", "300")]
    [InlineData("--throughput is autoscale:500: ", "--throughput", "autoscale:500")]
    [InlineData("--throughput is \"lots\", not RU/s such as 400", "--throughput", "lots")]
    [InlineData("--throughput is \"-400\", not RU/s such as 400", "--throughput", "-400")]
    public async Task Arguments_NotUnderstood_EndWithTwoAndTheUsage(string sentence, params string[] arguments)
    {
        Ending ending = await _run.RunAsync(arguments);

        Assert.Equal(2, ending.Code);
        Assert.Contains(sentence, ending.Errors, StringComparison.Ordinal);
        Assert.Contains("Exit code:", ending.Errors, StringComparison.Ordinal);
        Assert.Empty(_run.Account.Requests);
    }

    [Fact]
    public async Task Environment_NotUnderstood_IsNamed()
    {
        _run.Environment["COSMOS_THROUGHPUT"] = "10";

        Ending ending = await _run.RunAsync("--check");

        Assert.Equal(2, ending.Code);
        Assert.Contains("COSMOS_THROUGHPUT is 10", ending.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Help_Asked_TellsTheUsage()
    {
        Ending ending = await _run.RunAsync("--help");

        Assert.Equal((0, ""), (ending.Code, ending.Errors));
        Assert.Contains("--check", ending.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("value: https://account.example:443", "value: account", "url is \"account\", not an address")]
    [InlineData("name: database", "name: databases", "database is missing")]
    [InlineData("name: masterKey", "name: azureClientId", "masterKey is missing")]
    [InlineData("secretStore: local-secrets", "secretStore: vault", "a secret of \"vault\", and no component has that name")]
    [InlineData("name: cosmos-key", "name: other", "There is no secret other cosmos-key in ")]
    [InlineData("state.azure.cosmosdb", "state.redis", "holds 0 components of type state.azure.cosmosdb")]
    [InlineData("kind: Component", "kind: [", "not valid YAML")]
    public async Task ComponentFile_Wrong_IsToldBeforeAnythingIsAsked(string right, string wrong, string sentence)
    {
        _run.StateStore = _run.StateStore.Replace(right, wrong, StringComparison.Ordinal);

        Ending ending = await _run.RunAsync();

        Assert.Equal(1, ending.Code);
        Assert.Contains(sentence, ending.Errors, StringComparison.Ordinal);
        Assert.Single(ending.Errors.Trim().Split('\n'));
        Assert.Empty(_run.Account.Requests);
    }

    [Theory]
    [InlineData("""{"cosmos-key":"<primary key>"}""", "cosmos-key in secrets.json is not the key of an account, which is Base64")]
    [InlineData("""{"cosmos-key":""}""", "cosmos-key in secrets.json is not the key of an account, which is Base64")]
    [InlineData("""{"redis-password":""}""", "There is no secret cosmos-key in ")]
    [InlineData("{", "is not valid JSON")]
    public async Task Secrets_Wrong_AreToldBeforeAnythingIsAsked(string secrets, string sentence)
    {
        _run.Write("secrets.json", secrets);

        Ending ending = await _run.RunAsync();

        Assert.Equal(1, ending.Code);
        Assert.Contains(sentence, ending.Errors, StringComparison.Ordinal);
        Assert.Empty(_run.Account.Requests);
    }

    [Theory]
    [InlineData("""{"cosmos":{"key":"a2V5"}}""", ":", "false", "cosmos:key", "cosmos:key")]
    [InlineData("""{"cosmos":{"key":"a2V5"}}""", "_", "false", "cosmos_key", "cosmos_key")]
    [InlineData("""{"cosmos":{"key":{"primary":"a2V5"}}}""", ":", "true", "cosmos", "key:primary")]
    public async Task Secrets_Nested_AreFoundAsDaprNamesThem(string secrets, string separator, string multiValued, string name, string key)
    {
        _run.Write("secrets.json", secrets);
        _run.Write("components/secrets.yaml", $"""
            kind: Component
            metadata:
              name: local-secrets
            spec:
              type: secretstores.local.file
              metadata:
                - name: secretsFile
                  value: ../secrets.json
                - name: nestedSeparator
                  value: "{separator}"
                - name: multiValued
                  value: "{multiValued}"
            """);
        _run.StateStore = _run.StateStore
            .Replace("name: cosmos-key", $"name: {name}", StringComparison.Ordinal)
            .Replace("key: cosmos-key", $"key: {key}", StringComparison.Ordinal);

        Ending ending = await _run.RunAsync();

        Assert.Equal((0, ""), (ending.Code, ending.Errors));
    }

    [Fact]
    public async Task ComponentsAsShipped_WithTheExampleOfSecrets_MeanTheEmulator()
    {
        string root = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(root, "JobOrchestrator.sln")))
        {
            root = Path.GetDirectoryName(root) ?? throw new InvalidOperationException("Not inside the repository.");
        }

        _run.Write("secrets.json", await File.ReadAllTextAsync(Path.Combine(root, "secrets.json.example")));
        _run.StateStore = await File.ReadAllTextAsync(Path.Combine(root, "components", "cosmos", "statestore.yaml"));
        _run.Write("components/secrets.yaml", await File.ReadAllTextAsync(Path.Combine(root, "components", "cosmos", "secrets.yaml")));

        Ending ending = await _run.RunAsync();

        Assert.Equal((0, ""), (ending.Code, ending.Errors));
        Assert.Contains("https://localhost:8081, database NwJobs, container JobStates", ending.Output, StringComparison.Ordinal);
    }
}
