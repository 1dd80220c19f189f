@{
    # Every rule at its default, formatting as in .editorconfig.
    IncludeDefaultRules = $true
    Rules               = @{
        PSUseConsistentIndentation = @{ Enable = $true; IndentationSize = 4; PipelineIndentation = 'IncreaseIndentationForFirstPipeline' }
        PSUseConsistentWhitespace  = @{ Enable = $true; IgnoreAssignmentOperatorInsideHashTable = $true }
        PSPlaceOpenBrace           = @{ Enable = $true; OnSameLine = $true }
        PSAlignAssignmentStatement = @{ Enable = $true; CheckHashtable = $true }
    }
    # These two do not follow a variable into a script block or a function, where tests and build.ps1 use theirs.
    ExcludeRules        = @('PSUseDeclaredVarsMoreThanAssignments', 'PSReviewUnusedParameter')
}
