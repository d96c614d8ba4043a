#pragma warning disable IDE0005 // Global in the service; the SDK has to say them.
using System.ComponentModel;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;
#pragma warning restore IDE0005

namespace JobOrchestrator.Settings;

/// <summary>
/// Fills options from a section, once every value in it can be read. The framework's binder drops an entry of a list that holds one that
/// cannot, without a word: of an API key that was mistyped a service would stay that asks for none.
/// </summary>
internal static class SettingsBinder
{
    /// <param name="section">Where the settings stand.</param>
    /// <param name="options">What they go to.</param>
    /// <exception cref="OptionsValidationException">Values cannot be read; each is named, with what it has to be.</exception>
    public static void Fill(IConfigurationSection section, object options)
    {
        string[] wrong = [.. Unreadable(section, options.GetType())];
        if (wrong.Length > 0)
        {
            throw new OptionsValidationException(Options.DefaultName, options.GetType(), wrong);
        }

        section.Bind(options);
    }

    private static IEnumerable<string> Unreadable(IConfigurationSection section, Type type)
    {
        foreach (IConfigurationSection said in section.GetChildren())
        {
            if (BoundSection.Below(type, said.Key) is not { } member)
            {
                continue;
            }

            if (!BoundSection.IsText(member))
            {
                foreach (string wrong in Unreadable(said, member))
                {
                    yield return wrong;
                }
            }
            else if (said.Value is not null && !IsReadable(member, said.Value))
            {
                yield return $"{said.Path} is '{said.Value}'; it has to be {Wanted(Nullable.GetUnderlyingType(member) ?? member)}.";
            }
        }
    }

    /// <summary>As the binder would.</summary>
    private static bool IsReadable(Type type, string text)
    {
        try
        {
            TypeDescriptor.GetConverter(type).ConvertFromInvariantString(text);
            return true;
        }
        catch (Exception exception)
            when (exception is FormatException or OverflowException or ArgumentException or NotSupportedException)
        {
            return false;
        }
    }

    private static string Wanted(Type type) =>
        type.IsEnum ? Words(type)
        : type == typeof(bool) ? "true or false"
        : type == typeof(TimeSpan) ? "a time as in 00:00:30"
        : type == typeof(Uri) ? "an address as in http://localhost:5087, with a port up to 65535"
        : type == typeof(int) || type == typeof(long) ? "a whole number"
        : $"a {type.Name}";

    private static string Words(Type type)
    {
        string[] words = Enum.GetNames(type);
        string several = type.IsDefined(typeof(FlagsAttribute), inherit: false) ? ", or several of them with commas" : "";
        return $"{string.Join(", ", words[..^1])} or {words[^1]}{several}";
    }
}
