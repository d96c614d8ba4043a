using System.Net.Sockets;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Options;

namespace JobOrchestrator.Hosting;

/// <summary>
/// What keeps a service from starting and is the operator's to mend: said in a sentence, without a stack trace. MicroserviceX has this
/// file too.
/// </summary>
internal static class StartTrouble
{
    private const string Server = "Microsoft.AspNetCore.Server.Kestrel.Core";

    /// <summary>The sentence; null: it is a fault of ours.</summary>
    public static string? Of(Exception exception) => exception switch
    {
        AddressException or OptionsValidationException => exception.Message,
        InvalidOperationException { InnerException: (FormatException or ArgumentException) and var why } =>
            $"{exception.Message} {why.Message}",
        IOException { InnerException: AddressInUseException } =>
            $"{exception.Message} Stop what listens there, or choose another port (ASPNETCORE_URLS).",
        SocketException => $"The address to listen on (ASPNETCORE_URLS) cannot be used: {exception.Message}",

        // A certificate that lacks, a scheme without one, an end point that is described by halves.
        InvalidOperationException { Source: Server } => exception.Message,
        CryptographicException => $"The certificate (section Kestrel of the settings) cannot be used: {exception.Message}",

        // An assembly that is not there or cannot be loaded: where it was wanted says the stack trace alone.
        FileLoadException or FileNotFoundException { FusionLog: not null } => null,
        FileNotFoundException { FileName: { } file } when file.Contains(", Version=", StringComparison.Ordinal) => null,

        FileNotFoundException or DirectoryNotFoundException or UnauthorizedAccessException or IOException =>
            $"{exception.Message} (Which file is looked for stands in the settings: section Kestrel for certificates, DATA_DIR for data.)",
        _ => null,
    };
}
