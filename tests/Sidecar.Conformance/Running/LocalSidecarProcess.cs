using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace Sidecar.Conformance.Running;

/// <summary>LocalSidecar as a process of its own, ended when disposed.</summary>
internal sealed class LocalSidecarProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly StringBuilder _output = new();

    private LocalSidecarProcess(Process process, int port, int grpcPort)
    {
        _process = process;
        Address = new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}"));
        GrpcAddress = new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{grpcPort}"));
    }

    public Uri Address { get; }

    public Uri GrpcAddress { get; }

    /// <summary>What it has printed.</summary>
    public string Output
    {
        get
        {
            lock (_output)
            {
                return _output.ToString();
            }
        }
    }

    public static LocalSidecarProcess Start(
        RunFolder folder, int port, int appPort, IReadOnlyDictionary<string, string> environment, params string[] more)
    {
        int grpcPort = Ports.Free(1)[0];
        ProcessStartInfo start = LocalSidecarProgram.StartInfo();
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        string[] arguments =
        [
            "--app-id", "worker",
            "--app-port", appPort.ToString(CultureInfo.InvariantCulture),
            "--dapr-http-port", port.ToString(CultureInfo.InvariantCulture),
            "--dapr-grpc-port", grpcPort.ToString(CultureInfo.InvariantCulture),
            "--resources-path", folder.Resources,
            "--data", folder.Data,
            .. more,
        ];
        foreach (string argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        // Whoever runs the tests may have tokens of their own.
        start.Environment.Remove("DAPR_API_TOKEN");
        start.Environment.Remove("APP_API_TOKEN");
        foreach ((string name, string value) in environment)
        {
            start.Environment[name] = value;
        }

        var sidecar = new LocalSidecarProcess(new Process { StartInfo = start }, port, grpcPort);
        sidecar._process.OutputDataReceived += sidecar.Keep;
        sidecar._process.ErrorDataReceived += sidecar.Keep;
        sidecar._process.Start();
        sidecar._process.BeginOutputReadLine();
        sidecar._process.BeginErrorReadLine();
        return sidecar;
    }

    /// <summary>Waits until it is ready: with its app's subscriptions read, or just serving.</summary>
    public async Task ReadyAsync(HttpClient http, bool withoutApp = false)
    {
        bool ready = await Eventually.IsAsync(async () =>
        {
            if (_process.HasExited)
            {
                throw new InvalidOperationException($"LocalSidecar ended with {_process.ExitCode}:\n{Output}");
            }

            try
            {
                using HttpResponseMessage answer = await http.GetAsync(
                    new Uri(Address, withoutApp ? "/v1.0/healthz/outbound" : "/v1.0/healthz"));
                return answer.IsSuccessStatusCode;
            }
            catch (HttpRequestException)
            {
                return false;
            }
        });
        if (!ready)
        {
            throw new TimeoutException($"LocalSidecar is not ready:\n{Output}");
        }
    }

    /// <summary>Whether it ends by itself soon, and how.</summary>
    public async Task<int?> ExitCodeAsync()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(15));
        try
        {
            await _process.WaitForExitAsync(limit.Token);
            return _process.ExitCode;
        }
        catch (OperationCanceledException)
        {
            return null;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
    }

    private void Keep(object sender, DataReceivedEventArgs line)
    {
        lock (_output)
        {
            _output.AppendLine(line.Data);
        }
    }
}
