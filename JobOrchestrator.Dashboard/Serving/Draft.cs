using Microsoft.AspNetCore.Http;

namespace JobOrchestrator.Dashboard.Serving;

/// <summary>What was typed into a form that comes back: a fault costs nobody the rest.</summary>
internal sealed class Draft
{
    private IFormCollection _said = FormCollection.Empty;

    /// <summary>What is wrong with the input, with its line and column; null: nothing.</summary>
    public string? InputFault { get; set; }

    /// <summary>Why it was not done; null: it has not been tried.</summary>
    public string? Refusal { get; set; }

    /// <summary>A field as it was typed; null: it was not.</summary>
    public string? this[string name] => _said[name] is [{ } value, ..] ? value : null;

    /// <summary>A field's values as they were sent, none among them; null: nothing was sent at all.</summary>
    public IEnumerable<string>? All(string name) => _said.Count == 0 ? null : _said[name].OfType<string>();

    /// <summary>Keeps what was typed.</summary>
    public void Keep(IFormCollection said) => _said = said;
}
