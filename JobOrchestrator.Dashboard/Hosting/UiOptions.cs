using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace JobOrchestrator.Dashboard.Hosting;

/// <summary>The pages for people; section <c>Ui</c> of the configuration.</summary>
public sealed class UiOptions
{
    /// <summary>The section's name.</summary>
    public const string Section = "Ui";

    /// <summary>Whether the pages are there at all. True.</summary>
    public bool Enabled { get; set; } = true;

    /// <summary>
    /// Which installation this is, such as <c>PRODUCTION</c>: on every page and in every confirmation. Empty: nothing is said.
    /// </summary>
    [MaxLength(40)]
    public string Name { get; set; } = "";

    /// <summary>The colour of the strip with <see cref="Name"/>. <c>Grey</c>.</summary>
    [EnumDataType(typeof(UiColor))]
    public UiColor Color { get; set; } = UiColor.Grey;

    /// <summary>
    /// Where the API is; the pages ask nothing else. Empty: this very process, at an address of its own on loopback.
    /// </summary>
    public string ApiUrl { get; set; } = "";

    /// <summary>
    /// The address by which people and programs reach the API, for lines that are copied. Empty: that of the page that shows them.
    /// </summary>
    public string PublicUrl { get; set; } = "";

    /// <summary>
    /// What stands before <c>/ui</c> in addresses when a proxy adds it, such as <c>/jobs-ui</c>; requests may have it or not. Empty: what
    /// <c>X-Forwarded-Prefix</c> says where <c>Api:TrustForwardedHeaders</c> is set.
    /// </summary>
    public string PathBase { get; set; } = "";

    /// <summary>
    /// Lets people sign in by a key over HTTP that is not encrypted, from elsewhere than this machine too. False: whoever listens on the
    /// way would be signed in as well.
    /// </summary>
    public bool AllowHttp { get; set; }

    /// <summary>
    /// A header in which a proxy sends the token of whom it has signed in, such as <c>X-Forwarded-Access-Token</c>; it counts before
    /// <c>Authorization</c>. Empty: only that does.
    /// </summary>
    public string TokenHeader { get; set; } = "";

    /// <summary>Refuses every change, whoever asks for it. False.</summary>
    public bool ReadOnly { get; set; }

    /// <summary>The zone that times are shown in unless a person chooses another. <c>UTC</c>.</summary>
    public string TimeZone { get; set; } = "UTC";

    /// <summary>
    /// Names of members whose values are hidden, <c>*</c> for any characters, in any case, parted by blanks. Empty: none.
    /// </summary>
    public string Redact { get; set; } = "*password* *secret* *token* *apikey* *authorization* *cookie* *iban* *card*";

    /// <summary>Where a trace is shown: an address with <c>{traceId}</c>. Empty: a trace is a text to copy.</summary>
    public string TraceUrl { get; set; } = "";

    /// <summary>Further pages about a job, elsewhere: at most 10. None.</summary>
    [MaxLength(10)]
    public IList<UiLink> Links { get; } = [];

    /// <summary>Seconds that a part of a page waits for the API before it says that it is away. 2.</summary>
    [Range(0.1, 30)]
    public double AnswerSeconds { get; set; } = 2;
}

/// <summary>A page about a job, elsewhere.</summary>
public sealed class UiLink
{
    /// <summary>What it is called.</summary>
    public string Title { get; set; } = "";

    /// <summary>
    /// Its address, with <c>{id}</c>, <c>{externalId}</c>, <c>{type}</c>, <c>{queue}</c>, <c>{owner}</c>, <c>{traceId}</c> or
    /// <c>{label.x}</c> in it; a job that lacks one of them has no such link.
    /// </summary>
    public string Url { get; set; } = "";
}

/// <summary>The colours of a strip.</summary>
public enum UiColor
{
    /// <summary>As anything else.</summary>
    Grey = 1,

    /// <summary>Production, say.</summary>
    Red = 2,

    /// <summary>Before production.</summary>
    Amber = 3,

    /// <summary>For trying.</summary>
    Green = 4,

    /// <summary>Another.</summary>
    Blue = 5,

    /// <summary>Yet another.</summary>
    Violet = 6,
}

/// <summary>Checks <see cref="UiOptions"/> at the start: by their attributes, then what those cannot say.</summary>
[OptionsValidator]
internal sealed partial class UiOptionsValidator : IValidateOptions<UiOptions>;
