using TestSupport;

namespace CosmosSetup.Tests;

/// <summary>The program, run against a fake account with component files of its own.</summary>
internal sealed class SetupRun : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public SetupRun()
    {
        Directory.CreateDirectory(Path.Combine(_folder.Path, "app"));
        Directory.CreateDirectory(Components);
        StateStore = """
            apiVersion: dapr.io/v1alpha1
            kind: Component
            metadata:
              name: jobs
            spec:
              type: state.azure.cosmosdb
              version: v1
              metadata:
                - name: url
                  value: https://account.example:443
                - name: masterKey
                  secretKeyRef:
                    name: cosmos-key
                    key: cosmos-key
                - name: database
                  value: NwJobs
                - name: collection
                  value: JobStates
            auth:
              secretStore: local-secrets
            """;
        Write("components/secrets.yaml", """
            kind: Component
            metadata:
              name: local-secrets
            spec:
              type: secretstores.local.file
              metadata:
                - name: secretsFile
                  value: ../secrets.json
            """);
        Write("secrets.json", """{"cosmos-key":"a2V5"}""");
    }

    public FakeAccount Account { get; } = new();

    public Dictionary<string, string> Environment { get; } = [];

    /// <summary>The state store's component file.</summary>
    public string StateStore
    {
        get => File.ReadAllText(Path.Combine(Components, "statestore.yaml"));
        set => Write("components/statestore.yaml", value);
    }

    private string Components => Path.Combine(_folder.Path, "components");

    public void Write(string file, string text) => File.WriteAllText(Path.Combine(_folder.Path, file), text);

    public async Task<Ending> RunAsync(params string[] arguments)
    {
        using var output = new StringWriter();
        using var errors = new StringWriter();
        int code = await SetupCommand.RunAsync(
            [.. arguments, "--components", Components, "--app", Path.Combine(_folder.Path, "app")],
            Environment.GetValueOrDefault,
            output,
            errors,
            Account.CreateClient);
        return new Ending(code, output.ToString(), errors.ToString());
    }

    public void Dispose() => _folder.Dispose();
}

/// <summary>How the program ended.</summary>
/// <param name="Code">Its exit code.</param>
/// <param name="Output">What it said.</param>
/// <param name="Errors">What it complained of.</param>
internal sealed record Ending(int Code, string Output, string Errors);
