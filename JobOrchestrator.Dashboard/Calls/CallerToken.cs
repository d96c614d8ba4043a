using Microsoft.AspNetCore.Http;

namespace JobOrchestrator.Dashboard.Calls;

/// <summary>What whoever looks at a page is known by, handed to the API as it is; nothing of it is kept.</summary>
internal static class CallerToken
{
    private const string Bearer = "Bearer ";

    /// <summary>The token that a proxy or a program sent along; null: none.</summary>
    public static string? Of(HttpRequest request)
    {
        string authorization = request.Headers.Authorization.ToString();
        return authorization.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase) ? authorization[Bearer.Length..].Trim() : null;
    }
}
