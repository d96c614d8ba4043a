using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace JobOrchestrator.Sdk;

/// <summary>
/// Lets only the sidecar in, by the token that Dapr has it send when <c>APP_API_TOKEN</c> is set (configuration first, then environment).
/// A filter rather than Dapr's authentication scheme: a scheme added here would stop being, or start being, the application's default one.
/// </summary>
internal sealed class AppTokenFilter(IServiceProvider services) : IEndpointFilter
{
#pragma warning disable RS0030 // The variable is Dapr's.
    private readonly byte[]? _token = Digest(
        services.GetService<IConfiguration>()?["APP_API_TOKEN"] is { Length: > 0 } configured
            ? configured
            : Environment.GetEnvironmentVariable("APP_API_TOKEN"));
#pragma warning restore RS0030

    public ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next) =>
        _token is null || (Digest(context.HttpContext.Request.Headers["dapr-api-token"]) is { } shown
            && CryptographicOperations.FixedTimeEquals(shown, _token))
            ? next(context)
            : ValueTask.FromResult<object?>(TypedResults.Unauthorized());

    /// <summary>Digests have one length, so that the comparison's time says nothing.</summary>
    private static byte[]? Digest(string? token) => string.IsNullOrEmpty(token) ? null : SHA256.HashData(Encoding.UTF8.GetBytes(token));
}
