using System.Security.Cryptography;
using System.Text;

namespace LocalSidecar.Api;

/// <summary>The tokens that callers must show to the sidecar, and that the sidecar shows to apps; null for none.</summary>
internal sealed record Tokens(string? Api, string? App)
{
    /// <summary>As the environment has them; an empty one is none.</summary>
    public static Tokens FromEnvironment() => new(Read("DAPR_API_TOKEN"), Read("APP_API_TOKEN"));

    /// <summary>Whether a caller that shows this may call. How long the comparison takes says nothing of how much was right.</summary>
    public bool Admit(string? shown) =>
        Api is null
        || (shown is not null && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(shown), Encoding.UTF8.GetBytes(Api)));

    private static string? Read(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } token ? token : null;
}
