using Microsoft.AspNetCore.Http;

namespace JobOrchestrator.Dashboard.Calls;

/// <summary>What whoever looks at a page is known by, handed to the API as it is; nothing of it is kept.</summary>
internal static class CallerToken
{
    private const string Bearer = "Bearer ";

    /// <summary>The token that a proxy or a program sent along; else the ticket of who signed in here; null: neither.</summary>
    /// <param name="request">The request.</param>
    /// <param name="ticket">The ticket that came with it.</param>
    public static string? Of(HttpRequest request, string? ticket)
    {
        string authorization = request.Headers.Authorization.ToString();
        return authorization.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase) ? authorization[Bearer.Length..].Trim() : ticket;
    }
}
