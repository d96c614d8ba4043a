using System.Text.Json.Nodes;
using TestSupport;

namespace EndToEnd;

/// <summary>
/// What users generate from <c>docs/api/openapi.json</c>: each client submits, works and reads a job, lists it and hears an error, with
/// the real processes. <c>eng/clients.sh</c> generates and compiles them.
/// </summary>
public sealed class GeneratedClientTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    [UnixFact]
    public async Task Document_OfTheRealService_IsTheFileInTheRepository()
    {
        await using Suite suite = await Suite.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/openapi/v1.json") { Headers = { Host = "127.0.0.1:5087" } };
        using HttpResponseMessage answer = await suite.Jobs.SendAsync(request);

        var file = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(Repository.Root, "docs", "api", "openapi.json")));

        Assert.True(JsonNode.DeepEquals(file, JsonNode.Parse(await answer.Content.ReadAsStringAsync())));
    }

    [GeneratedClientFact]
    public async Task GeneratedClients_AJobsRoundTrip_GoesThrough()
    {
        await using Suite suite = await Suite.StartAsync();
        foreach (string[] command in GeneratedClients.Commands)
        {
            await using var client = ChildProcess.Start(command[0], [.. command[1..], $"http://127.0.0.1:{suite.JobsPort}"]);

            Assert.True(await client.WaitForExitAsync(Deadline) == 0, $"{string.Join(' ', command)}:\n{client.Output}");
            Assert.Contains("round trip: ok", client.Lines);
        }
    }
}

/// <summary>The clients, as <c>eng/clients.sh</c> leaves them.</summary>
internal static class GeneratedClients
{
    private static readonly string Folder = Path.Combine(Repository.Root, "tests", "Clients");

    /// <summary>How each is started; the service's address follows.</summary>
    public static string[][] Commands { get; } =
    [
        [Dotnet, Path.Combine(Folder, "NSwag", "bin", "Release", "net10.0", "NSwag.dll")],
        [Dotnet, Path.Combine(Folder, "Kiota", "bin", "Release", "net10.0", "Kiota.dll")],
        ["node", Path.Combine(Folder, "TypeScript", "obj", "js", "main.js")],
    ];

    /// <summary>Why they cannot be run; null when they can.</summary>
    public static string? Missing { get; } = Commands.All(command => File.Exists(command[1]))
        ? null
        : "The clients are not generated: run eng/clients.sh.";

    private static string Dotnet => Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";
}

/// <summary>A test that runs generated clients, and says what is missing where it cannot.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class GeneratedClientFactAttribute : FactAttribute
{
    public GeneratedClientFactAttribute() => Skip = GeneratedClients.Missing;
}
