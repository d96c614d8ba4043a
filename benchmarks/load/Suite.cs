using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Load;

/// <summary>
/// LocalSidecar and JobOrchestrator of one checkout, as processes on free ports, with a data folder that goes with them.
/// </summary>
internal sealed class Suite : IAsyncDisposable
{
    private const int StartSeconds = 60;

    private readonly string _data = Directory.CreateTempSubdirectory("load-").FullName;
    private readonly List<Process> _processes = [];

    private Suite(string folder)
    {
        Folder = folder;
        (JobsPort, HttpPort, GrpcPort) = FreePorts();
    }

    public string Folder { get; }

    public int JobsPort { get; }

    public int HttpPort { get; }

    public int GrpcPort { get; }

    public Process Sidecar => _processes[0];

    public Process Orchestrator => _processes[1];

    /// <exception cref="InvalidOperationException">It did not become ready.</exception>
    public static async Task<Suite> StartAsync(string folder)
    {
        var suite = new Suite(folder);
        try
        {
            suite.Launch(
                "LocalSidecar",
                folder,
                [
                    "--app-id", "job-orchestrator", "--app-port", Text(suite.JobsPort), "--dapr-http-port", Text(suite.HttpPort),
                    "--dapr-grpc-port", Text(suite.GrpcPort), "--resources-path", suite.Components(), "--data",
                    Path.Combine(suite._data, "sidecar"),
                ]);
            await ReadyAsync($"http://127.0.0.1:{suite.HttpPort}/v1.0/healthz/outbound");
            suite.Launch("JobOrchestrator", Path.Combine(folder, "JobOrchestrator"), []);
            await ReadyAsync($"http://127.0.0.1:{suite.JobsPort}/health/ready");
            return suite;
        }
        catch
        {
            await suite.DisposeAsync();
            throw;
        }
    }

    /// <summary>A client of the jobs with connections of its own.</summary>
    public HttpClient Client() =>
        new(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = new Uri($"http://127.0.0.1:{JobsPort}") };

    /// <summary>Processor time of both processes so far.</summary>
    public TimeSpan Cpu()
    {
        Sidecar.Refresh();
        Orchestrator.Refresh();
        return Sidecar.TotalProcessorTime + Orchestrator.TotalProcessorTime;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (Process process in _processes)
        {
            process.Kill();
            await process.WaitForExitAsync();
            process.Dispose();
        }

        Directory.Delete(_data, recursive: true);
    }

    /// <summary>The local components, with a secrets file of this run's own.</summary>
    private string Components()
    {
        string folder = Path.Combine(_data, "components");
        Directory.CreateDirectory(folder);
        string secrets = Path.Combine(_data, "secrets.json");
        File.WriteAllText(secrets, "{}");
        foreach (string file in Directory.GetFiles(Path.Combine(Folder, "components", "local")))
        {
            string text = File.ReadAllText(file).Replace("./secrets.json", secrets, StringComparison.Ordinal);
            File.WriteAllText(Path.Combine(folder, Path.GetFileName(file)), text);
        }

        return folder;
    }

    private void Launch(string name, string workingFolder, string[] args)
    {
        string dll = new[] { name, Path.Combine("Sidecar", name) }
            .Select(folder => Path.Combine(Folder, folder, "bin", "Release", "net10.0", $"{name}.dll"))
            .FirstOrDefault(File.Exists) ?? throw new InvalidOperationException($"{Folder} has no Release build of {name}.");
        var start = new ProcessStartInfo("dotnet", [dll, .. args])
        {
            WorkingDirectory = workingFolder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment =
            {
                ["ASPNETCORE_URLS"] = $"http://127.0.0.1:{JobsPort}",
                ["APP_PORT"] = Text(JobsPort),
                ["DAPR_HTTP_PORT"] = Text(HttpPort),
                ["DAPR_GRPC_PORT"] = Text(GrpcPort),
            },
        };
        Process process = Process.Start(start)!;
        process.OutputDataReceived += static (_, _) => { };
        process.ErrorDataReceived += static (_, line) => Tell(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        _processes.Add(process);
    }

    private static async Task ReadyAsync(string address)
    {
        using var client = new HttpClient(new SocketsHttpHandler { UseProxy = false });
        long started = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(started).TotalSeconds < StartSeconds)
        {
            try
            {
                using HttpResponseMessage answer = await client.GetAsync(address);
                if (answer.IsSuccessStatusCode)
                {
                    return;
                }
            }
            catch (HttpRequestException)
            {
                // Not listening yet.
            }

            await Task.Delay(50);
        }

        throw new InvalidOperationException($"{address} was not ready after {StartSeconds} s.");
    }

    private static void Tell(string? line)
    {
        if (line is not null)
        {
            Console.Error.WriteLine(line);
        }
    }

    /// <summary>Three at once: a port that is given back may be the next one that is given out.</summary>
    private static (int Jobs, int Http, int Grpc) FreePorts()
    {
        using var jobs = new TcpListener(IPAddress.Loopback, 0);
        using var http = new TcpListener(IPAddress.Loopback, 0);
        using var grpc = new TcpListener(IPAddress.Loopback, 0);
        return (PortOf(jobs), PortOf(http), PortOf(grpc));

        static int PortOf(TcpListener listener)
        {
            listener.Start();
            return ((IPEndPoint)listener.LocalEndpoint).Port;
        }
    }

    private static string Text(int port) => port.ToString(CultureInfo.InvariantCulture);
}
