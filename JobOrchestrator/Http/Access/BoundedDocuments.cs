using System.Text;
using Microsoft.IdentityModel.Protocols;

namespace JobOrchestrator.Http;

/// <summary>What an authority says, read with a bound: by https, or by http from this machine alone.</summary>
/// <param name="http">Asks it.</param>
internal sealed class BoundedDocuments(HttpClient http) : IDocumentRetriever
{
    /// <summary>Entra says some 2 KB of itself, and its keys are 20 KB.</summary>
    public const int BytesMax = 512 * 1024;

    public async Task<string> GetDocumentAsync(string address, CancellationToken cancel)
    {
        if (!Uri.TryCreate(address, UriKind.Absolute, out Uri? uri)
            || !(uri.Scheme == "https" || (uri.Scheme == "http" && uri.IsLoopback)))
        {
            throw new InvalidDataException("It names an address for its keys that is not https.");
        }

        using HttpResponseMessage response = await http.GetAsync(uri, HttpCompletionOption.ResponseHeadersRead, cancel);
        if (!response.IsSuccessStatusCode)
        {
            throw new InvalidDataException($"It answers {(int)response.StatusCode}.");
        }

        using Stream content = await response.Content.ReadAsStreamAsync(cancel);
        byte[] bytes = new byte[BytesMax + 1];
        int length = await content.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, cancel);
        return length <= BytesMax
            ? Encoding.UTF8.GetString(bytes, 0, length)
            : throw new InvalidDataException($"It answers more than {BytesMax} bytes.");
    }
}
