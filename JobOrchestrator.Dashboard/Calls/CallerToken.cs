using Microsoft.AspNetCore.Http;

namespace JobOrchestrator.Dashboard.Calls;

/// <summary>What whoever looks at a page is known by, handed to the API as it is; nothing of it is kept.</summary>
internal static class CallerToken
{
    private const string Bearer = "Bearer ";

    /// <summary>Stands for what no request could carry on: the API does not know it.</summary>
    private const string Unusable = "unusable";

    /// <summary>The token that a proxy or a program sent along; null: none.</summary>
    /// <param name="request">The request.</param>
    /// <param name="header">The header that has it before <c>Authorization</c> does; empty: there is no such header.</param>
    /// <remarks>
    /// It does not matter who set the header: a token speaks for itself, and the API checks it. A page of another site can have a browser
    /// send neither.
    /// </remarks>
    public static string? Of(HttpRequest request, string header)
    {
        string said = header.Length > 0 ? request.Headers[header].ToString().Trim() : "";
        string authorization = request.Headers.Authorization.ToString();
        string? token =
            said.Length > 0 ? (said.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase) ? said[Bearer.Length..] : said)
            : authorization.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase) ? authorization[Bearer.Length..]
            : null;
        return token is null ? null : token.Trim() is var plain && plain.AsSpan().ContainsAnyExceptInRange('!', '~') ? Unusable : plain;
    }
}
