using System.Text.Json;
using System.Text.Json.Nodes;
using JobOrchestrator.Features.Health;

namespace JobOrchestrator.Tests.Features;

/// <summary>The API's document as it lies in the repository, for those who generate a client without a service at hand.</summary>
public sealed class OpenApiFileTests
{
    /// <summary>Where <c>./start.sh</c> has the service.</summary>
    public const string Host = "127.0.0.1:5087";

    private const string Rewrite = "OPENAPI_WRITE=1 dotnet test tests/JobOrchestrator.Tests -c Release --filter OpenApiFileTests";

    private static string Path { get; } = System.IO.Path.Combine(FindRoot(), "docs", "api", "openapi.json");

    [Fact]
    public async Task File_IsWhatTheServiceServes()
    {
        await using ApiHost host = await ApiHost.StartAsync(routes: app => app.MapHealth());
        string served = (await host.GetAsync("/openapi/v1.json", ("Host", Host))).Text.ReplaceLineEndings("\n").TrimEnd() + "\n";
        if (Environment.GetEnvironmentVariable("OPENAPI_WRITE") == "1")
        {
            await File.WriteAllTextAsync(Path, served);
        }

        JsonNode file = JsonNode.Parse(await File.ReadAllTextAsync(Path))!;

        Assert.True(
            JsonNode.DeepEquals(file, JsonNode.Parse(served)),
            $"docs/api/openapi.json is not what the service serves. This rewrites it: {Rewrite}");
    }

    [Fact]
    public async Task Document_BothAddresses_ServeTheSame()
    {
        await using ApiHost host = await ApiHost.StartAsync();

        Answer openApi = await host.GetAsync("/openapi/v1.json");
        Answer swagger = await host.GetAsync("/swagger/v1/swagger.json");

        Assert.Equal("application/json;charset=utf-8", openApi["Content-Type"]!.Replace(" ", "", StringComparison.Ordinal));
        Assert.Equal(swagger.Text, openApi.Text);
    }

    [Fact]
    public async Task Document_Server_IsTheOneThatWasAsked()
    {
        await using ApiHost host = await ApiHost.StartAsync();

        JsonElement document = (await host.GetAsync("/openapi/v1.json", ("Host", "localhost:9999"))).Json;

        Assert.Equal("http://localhost:9999", document.GetProperty("servers")[0].GetProperty("url").GetString());
    }

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(System.IO.Path.Combine(folder.FullName, "JobOrchestrator.sln")))
        {
            folder = folder.Parent ?? throw new InvalidOperationException("Not inside the repository.");
        }

        return folder.FullName;
    }
}
