using System.Collections.Frozen;
using System.IO.Compression;
using System.Reflection;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;

namespace JobOrchestrator.Dashboard.Serving;

/// <summary>
/// Style sheet, scripts and icons, out of the assembly. They all stand below one name that is made of what is in them, so a browser keeps
/// them for good and a newer service has newer ones.
/// </summary>
internal sealed class Assets
{
    private readonly FrozenDictionary<string, Asset> _all;

    public Assets()
    {
        Assembly assembly = typeof(Assets).Assembly;
        _all = assembly.GetManifestResourceNames()
            .Where(name => TypeOf(name) is not null)
            .Select(name => new Asset(name, TypeOf(name)!, Read(assembly, name)))
            .ToFrozenDictionary(asset => asset.Name, StringComparer.Ordinal);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (Asset asset in _all.Values.OrderBy(asset => asset.Name, StringComparer.Ordinal))
        {
            hash.AppendData(asset.Plain);
        }

        Version = Convert.ToHexStringLower(hash.GetHashAndReset())[..12];
    }

    /// <summary>The name of these very bytes, all together.</summary>
    public string Version { get; }

    /// <summary>Where one is, relative to the base of addresses.</summary>
    public string this[string name] => _all.ContainsKey(name)
        ? $"ui/_/{Version}/{name}"
        : throw new ArgumentException($"There is no {name} in the assembly.", nameof(name));

    /// <summary>
    /// Answers with one; packed where the browser takes it so. A page of another version gets these, and asks again next time.
    /// </summary>
    public async Task SendAsync(HttpContext http, string version, string name)
    {
        if (!_all.TryGetValue(name, out Asset? asset))
        {
            http.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }

        http.Response.ContentType = asset.Type;
        http.Response.Headers.CacheControl = version == Version ? "public, max-age=31536000, immutable" : "no-store";
        http.Response.Headers.Vary = "Accept-Encoding";
        (string? coding, byte[] bytes) = asset.For(http.Request.Headers.AcceptEncoding.ToString());
        if (coding is not null)
        {
            http.Response.Headers.ContentEncoding = coding;
        }

        http.Response.ContentLength = bytes.Length;
        if (!HttpMethods.IsHead(http.Request.Method))
        {
            await http.Response.Body.WriteAsync(bytes, http.RequestAborted);
        }
    }

    private static string? TypeOf(string name) => Path.GetExtension(name) switch
    {
        ".css" => "text/css; charset=utf-8",
        ".js" => "text/javascript; charset=utf-8",
        ".svg" => "image/svg+xml",
        _ => null,
    };

    private static byte[] Read(Assembly assembly, string name)
    {
        using Stream stream = assembly.GetManifestResourceStream(name)!;
        byte[] bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }

    /// <summary>One file. It is packed when it is first asked for so.</summary>
    private sealed class Asset(string name, string type, byte[] plain)
    {
        private readonly Lazy<byte[]> _brotli = new(() => Pack(plain, to => new BrotliStream(to, CompressionLevel.SmallestSize)));
        private readonly Lazy<byte[]> _gzip = new(() => Pack(plain, to => new GZipStream(to, CompressionLevel.SmallestSize)));

        public string Name => name;

        public string Type => type;

        public byte[] Plain => plain;

        public (string? Coding, byte[] Bytes) For(string accepted) =>
            accepted.Contains("br", StringComparison.OrdinalIgnoreCase) ? ("br", _brotli.Value)
            : accepted.Contains("gzip", StringComparison.OrdinalIgnoreCase) ? ("gzip", _gzip.Value)
            : (null, plain);

        private static byte[] Pack(byte[] plain, Func<Stream, Stream> packer)
        {
            using var packed = new MemoryStream();
            using (Stream stream = packer(packed))
            {
                stream.Write(plain);
            }

            return packed.ToArray();
        }
    }
}
