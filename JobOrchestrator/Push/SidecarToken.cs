using System.Security.Cryptography;
using System.Text;
using JobOrchestrator.Hosting;

namespace JobOrchestrator.Push;

/// <summary>
/// Tells the sidecar from others by the token that Dapr has it send when <c>APP_API_TOKEN</c> is set. Without that setting nobody is
/// turned away.
/// </summary>
internal sealed class SidecarToken(IConfiguration configuration)
{
    private const string Header = "dapr-api-token";

    private readonly byte[]? _token = Digest(configuration[PushOptions.TokenSetting]);

    public bool LetsIn(HttpRequest request) =>
        _token is null || (Digest(request.Headers[Header]) is { } shown && CryptographicOperations.FixedTimeEquals(shown, _token));

    /// <summary>Digests have one length, so that the comparison's time says nothing.</summary>
    private static byte[]? Digest(string? token) => string.IsNullOrEmpty(token) ? null : SHA256.HashData(Encoding.UTF8.GetBytes(token));
}
