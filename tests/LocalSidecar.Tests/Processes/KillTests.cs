using LocalSidecar.Tests.Support;
using TestSupport;

namespace LocalSidecar.Tests.Processes;

public sealed class KillTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false });
    private readonly int _port = FreePort.Next();
    private readonly int _appPort = FreePort.Next();

    public KillTests()
    {
        Directory.CreateDirectory(_folder["resources"]);
        File.WriteAllText(_folder["resources/components.yaml"], """
            apiVersion: dapr.io/v1alpha1
            kind: Component
            metadata: {name: jobs}
            spec: {type: state.in-memory, version: v1}
            ---
            apiVersion: dapr.io/v1alpha1
            kind: Component
            metadata: {name: bus}
            spec: {type: pubsub.in-memory, version: v1}
            """);
    }

    public void Dispose()
    {
        _http.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task KillNine_DuringWritesAndPublishes_LosesNothingThatWasAcknowledged()
    {
        await using TestApp app = await TestApp.StartAsync(_appPort, """[{"pubsubname":"bus","topic":"numbers","route":"/numbers"}]""");
        var written = new Dictionary<string, int>();
        var published = new List<int>();
        for (int round = 0; round < 3; round++)
        {
            await using ChildProcess sidecar = await StartAsync();
            if (round == 0)
            {
                // A subscription counts from its first mention; later rounds must not need the app to be up for it.
                await Eventually.TrueAsync(
                    async () => (await _http.GetAsync(Url("healthz"))).IsSuccessStatusCode,
                    "the app has subscribed",
                    TimeSpan.FromSeconds(30));
            }

            var writers = Enumerable.Range(0, 4).Select(writer => WriteUntilKilledAsync($"{round}-{writer}", written)).ToList();
            Task publisher = PublishUntilKilledAsync(round * 100_000, published);
            int acknowledged = written.Count + 200;
            await Eventually.TrueAsync(
                () => Count(written) >= acknowledged && Count(published) >= (round + 1) * 30,
                "writes are under way",
                TimeSpan.FromSeconds(30));

            sidecar.Kill();

            await Task.WhenAll([.. writers, publisher]);
            await sidecar.WaitForExitAsync();
        }

        await using ChildProcess last = await StartAsync();
        foreach ((string key, int value) in written)
        {
            Assert.True(await _http.GetFromJsonAsync<int>(Url($"state/jobs/{key}")) >= value, $"{key} was lost");
        }

        await Eventually.TrueAsync(
            () => !published.Except(app.Numbers("/numbers")).Any(), "every event arrives", TimeSpan.FromSeconds(30));
        var firsts = app.Numbers("/numbers").Distinct().ToList();
        Assert.Equal(firsts.Order(), firsts);
    }

    [Fact]
    public async Task SigTerm_EndsTheProcessCleanly()
    {
        await using ChildProcess sidecar = await StartAsync();
        await _http.PostAsJsonAsync(Url("state/jobs"), new[] { new { key = "a", value = 1 } });

        if (!OperatingSystem.IsWindows())
        {
            sidecar.Send(Signal.Terminate);
            Assert.Equal(0, await sidecar.WaitForExitAsync());
        }
    }

    [Theory]
    [InlineData("The resources folder", "--resources-path", "nowhere")]
    [InlineData("There is no flag --nope", "--nope")]
    public async Task Start_WithAMistake_IsOneLineAndExitCodeOne(string mistake, params string[] arguments)
    {
        await using ChildProcess sidecar = Run(["--app-id", "worker", .. arguments]);

        Assert.Equal(1, await sidecar.WaitForExitAsync());
        Assert.Contains(mistake, Assert.Single(sidecar.Lines), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--dapr-http-port", "--dapr-grpc-port")]
    [InlineData("--dapr-grpc-port", "--dapr-http-port")]
    public async Task Start_PortTaken_IsOneLineAndExitCodeOne(string taken, string other)
    {
        await using TestApp app = await TestApp.StartAsync(FreePort.Next(), null);
        await using ChildProcess sidecar = Run(["--app-id", "worker", taken, $"{app.Port}", other, "0"]);

        Assert.Equal(1, await sidecar.WaitForExitAsync());
        Assert.Contains($"port {app.Port} is taken", Assert.Single(sidecar.Lines), StringComparison.Ordinal);
    }

    private async Task<ChildProcess> StartAsync()
    {
        ChildProcess sidecar = Run([
            "--app-id", "worker", "--app-port", $"{_appPort}", "--dapr-http-port", $"{_port}", "--dapr-grpc-port", "0",
            "--resources-path", _folder["resources"], "--data", _folder["data"],
        ]);
        await sidecar.WaitForLineAsync(static line => line.Contains("Serving", StringComparison.Ordinal));
        return sidecar;
    }

    private static ChildProcess Run(IEnumerable<string> arguments) =>
        ChildProcess.Start("dotnet", [Path.Combine(AppContext.BaseDirectory, "LocalSidecar.dll"), .. arguments]);

    private async Task WriteUntilKilledAsync(string name, Dictionary<string, int> written)
    {
        try
        {
            for (int i = 1; ; i++)
            {
                string key = $"{name}-{i % 100}";
                using HttpResponseMessage response = await _http.PostAsJsonAsync(Url("state/jobs"), new[] { new { key, value = i } });
                response.EnsureSuccessStatusCode();
                lock (written)
                {
                    written[key] = i;
                }
            }
        }
        catch (HttpRequestException)
        {
            // Killed.
        }
    }

    private async Task PublishUntilKilledAsync(int first, List<int> published)
    {
        try
        {
            for (int number = first; ; number++)
            {
                using HttpResponseMessage response = await _http.PostAsJsonAsync(Url("publish/bus/numbers"), number);
                response.EnsureSuccessStatusCode();
                lock (published)
                {
                    published.Add(number);
                }
            }
        }
        catch (HttpRequestException)
        {
            // Killed.
        }
    }

    private static int Count<T>(ICollection<T> items)
    {
        lock (items)
        {
            return items.Count;
        }
    }

    private Uri Url(string path) => new($"http://127.0.0.1:{_port}/v1.0/{path}");
}
