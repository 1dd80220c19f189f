param([Parameter(Mandatory)] [string] $Module)

BeforeAll {
    Import-Module $Module -Force
}

Describe 'The error catalogue' {
    It 'explains a code of the service' -Tag 'ER-95226' {
        $info = Get-AsrErrorInfo -Code 95226
        $info.Id | Should -Be 'ConfigurationServerUnreachable'
        $info.Requirements | Should -Contain 'ER'
        $info.RecommendedAction | Should -Not -BeNullOrEmpty
    }

    It 'explains an error that happened' {
        try { Get-AsrProtectedItem } catch { $happened = $_ }
        ($happened | Get-AsrErrorInfo).Id | Should -Be 'NotConnected'
    }

    It 'finds by words, all of them' {
        (Get-AsrErrorInfo -Text 'master target', snapshot).Id | Should -Be 'MasterTargetSnapshots'
    }

    It 'leaves no placeholder open' {
        Get-AsrErrorInfo | Where-Object { "$($_.Message)$($_.PossibleCauses)$($_.RecommendedAction)" -match '\{\d' } | Should -BeNullOrEmpty
    }

    It 'says that an id does not exist, and explains the others' {
        $found = Get-AsrErrorInfo Nonsense, ItemBusy -ErrorVariable missing -ErrorAction SilentlyContinue
        $found.Id | Should -Be 'ItemBusy'
        $missing.FullyQualifiedErrorId | Should -Be 'ErrorUnknown,AsrFailback.Commands.GetAsrErrorInfoCommand'
        $missing.TargetObject | Should -Be 'Nonsense'
    }
}
