using System.Buffers;
using JobOrchestrator.Dashboard.Values;
using Microsoft.Extensions.Options;

namespace JobOrchestrator.Dashboard.Hosting;

/// <summary>Checks addresses, header and zone among <see cref="UiOptions"/> at the start; each that is wrong is named.</summary>
internal sealed class UiAddresses : IValidateOptions<UiOptions>
{
    private static readonly SearchValues<char> NotInPaths = SearchValues.Create(" ?#\"'<>\\");

    public ValidateOptionsResult Validate(string? name, UiOptions options)
    {
        string[] wrong = [.. Wrong(options)];
        return wrong.Length > 0 ? ValidateOptionsResult.Fail(wrong) : ValidateOptionsResult.Success;
    }

    /// <summary>Whether a link may lead there: a scheme that runs something (<c>javascript:</c>) is none.</summary>
    public static bool IsWeb(string address) =>
        Uri.TryCreate(address, UriKind.Absolute, out Uri? uri) && uri is { Scheme: "http" or "https", Host.Length: > 0 };

    private static IEnumerable<string> Wrong(UiOptions options)
    {
        foreach ((string setting, string address) in new[] { ("ApiUrl", options.ApiUrl), ("PublicUrl", options.PublicUrl) })
        {
            if (address.Length > 0 && (!IsWeb(address) || new Uri(address) is not { Query: "", Fragment: "" }))
            {
                yield return $"Ui:{setting} has to begin with http:// or https:// and name a host. It is '{address}'.";
            }
        }

        if (options.TraceUrl.Length > 0 && !IsWeb(options.TraceUrl.Replace("{traceId}", "0", StringComparison.Ordinal)))
        {
            yield return $"Ui:TraceUrl has to begin with http:// or https:// and name a host. It is '{options.TraceUrl}'.";
        }

        foreach ((int at, UiLink link) in options.Links.Index())
        {
            if (link.Title.Length == 0 || !LinkAddress.IsKnown(link.Url) || !IsWeb(LinkAddress.Filled(link.Url)))
            {
                yield return $"Ui:Links:{at} has a Title, and a Url that begins with http:// or https://, names a host, and has nothing "
                    + "but {id}, {externalId}, {type}, {queue}, {owner}, {traceId} and {label.x} for a job to fill. "
                    + $"It is '{link.Url}'.";
            }
        }

        if (options.PathBase.Length > 0 && (options.PathBase[0] != '/' || options.PathBase[^1] == '/' || options.PathBase.Contains("//")
            || options.PathBase.AsSpan().ContainsAny(NotInPaths)))
        {
            yield return $"Ui:PathBase begins with a slash and ends without one, as in /jobs. It is '{options.PathBase}'.";
        }

        if (options.TokenHeader.Any(letter => !char.IsAsciiLetterOrDigit(letter) && letter is not ('-' or '_')))
        {
            yield return $"Ui:TokenHeader is a header's name, such as X-Forwarded-Access-Token. It is '{options.TokenHeader}'.";
        }

        if (!TimeZoneInfo.TryFindSystemTimeZoneById(options.TimeZone, out _))
        {
            yield return $"Ui:TimeZone is a zone's name, such as Europe/Berlin, that this machine knows. It is '{options.TimeZone}'.";
        }
    }
}
