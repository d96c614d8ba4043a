namespace Sidecar.Conformance.Running;

/// <summary>A LocalSidecar whose app is never there; where another sidecar is named, that one.</summary>
public sealed class SidecarWithoutApp : IAsyncLifetime
{
    private readonly RunFolder _folder = new("alone", "common");
    private LocalSidecarProcess? _sidecar;

    public HttpClient Http { get; } = new();

    public async ValueTask InitializeAsync()
    {
        if (External.Url is { } url)
        {
            Http.BaseAddress = url;
            if (External.ApiToken is { } token)
            {
                Http.DefaultRequestHeaders.Add("dapr-api-token", token);
            }

            return;
        }

        int[] ports = Ports.Free(2);
        _sidecar = LocalSidecarProcess.Start(_folder, ports[1], ports[0], new Dictionary<string, string>());
        Http.BaseAddress = _sidecar.Address;
        await _sidecar.ReadyAsync(Http, withoutApp: true);
    }

    public async ValueTask DisposeAsync()
    {
        if (_sidecar is not null)
        {
            await _sidecar.DisposeAsync();
        }

        Http.Dispose();
        // After the process has ended: the folder is its till then.
        _folder.Dispose();
    }
}
