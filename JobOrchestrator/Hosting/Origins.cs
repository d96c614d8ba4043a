using Microsoft.Extensions.Options;

namespace JobOrchestrator.Hosting;

/// <summary>Origins of pages as a browser says them: scheme, host in ASCII, and a port unless it is the scheme's own.</summary>
internal static class Origins
{
    /// <summary>All of them.</summary>
    public const string Any = "*";

    /// <summary>Adds those of one text, and writes all as browsers do. What is no origin stays as it is, to be refused.</summary>
    public static void Complete(IList<string> origins, string? inOneText)
    {
        string[] all =
        [
            .. origins.Concat((inOneText ?? "").Split([',', ';'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
                .Where(origin => origin.Length > 0)
                .Select(origin => Normal(origin) ?? origin),
        ];
        origins.Clear();
        foreach (string origin in all.Distinct(StringComparer.Ordinal))
        {
            origins.Add(origin);
        }
    }

    /// <summary>The origin as browsers say it; null: it is none.</summary>
    public static string? Normal(string text)
    {
        if (text == Any)
        {
            return Any;
        }

        bool isOrigin = Uri.TryCreate(text, UriKind.Absolute, out Uri? uri)
            && text.Contains("://", StringComparison.Ordinal)
            && uri.Scheme is "http" or "https"
            && uri is { Host.Length: > 0, UserInfo: "", PathAndQuery: "/", Fragment: "" }
            && !text.Contains('*', StringComparison.Ordinal) && !text.EndsWith('?') && !text.EndsWith('#');
        if (!isOrigin)
        {
            return null;
        }

        string host = uri!.HostNameType == UriHostNameType.IPv6 ? uri.Host : uri.IdnHost;
        return uri.IsDefaultPort ? $"{uri.Scheme}://{host}" : $"{uri.Scheme}://{host}:{uri.Port}";
    }
}

/// <summary>Checks <see cref="ApiOptions.Origins"/> at the start.</summary>
internal sealed class OriginsValidator : IValidateOptions<ApiOptions>
{
    public ValidateOptionsResult Validate(string? name, ApiOptions options)
    {
        if (options.Origins.FirstOrDefault(origin => Origins.Normal(origin) is null) is { } wrong)
        {
            return ValidateOptionsResult.Fail(
                $"Api:Origins: '{wrong}' is no origin. Scheme, host and port, nothing else, as in https://jobs.example.com or "
                    + "http://localhost:3000.");
        }

        // Whoever guards the service by keys does not want pages from everywhere to try theirs.
        return options.Keys.Count > 0 && options.Origins.Contains(Origins.Any)
            ? ValidateOptionsResult.Fail("Api:Origins: '*' and Api:Keys exclude each other. Name the origins whose pages may call.")
            : ValidateOptionsResult.Success;
    }
}
