namespace Sidecar.Conformance.Running;

/// <summary>A LocalSidecar whose app is never there.</summary>
public sealed class SidecarWithoutApp : IAsyncLifetime, IDisposable
{
    private readonly RunFolder _folder = new("alone", "common");
    private LocalSidecarProcess? _sidecar;

    public HttpClient Http { get; } = new();

    public async Task InitializeAsync()
    {
        var ports = Ports.Free(2);
        _sidecar = LocalSidecarProcess.Start(_folder, ports[1], ports[0], new Dictionary<string, string>());
        Http.BaseAddress = _sidecar.Address;
        await _sidecar.ReadyAsync(Http, withoutApp: true);
    }

    public async Task DisposeAsync()
    {
        if (_sidecar is not null)
            await _sidecar.DisposeAsync();
    }

    /// <summary>After the process has ended: the folder is its till then.</summary>
    public void Dispose()
    {
        Http.Dispose();
        _folder.Dispose();
    }
}
